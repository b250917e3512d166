import { expect, test } from '@jest/globals';
import { requirementOf } from '../../src/gateways/requirement.ts';

test.each([
  { pathMtu: 1500, fails: 1501, requirement: 'met' },
  { pathMtu: 1492, fails: 1493, requirement: 'met' },
  { pathMtu: 1491, fails: 1492, requirement: 'warning' },
  { pathMtu: 1400, fails: 1401, requirement: 'warning' },
  { pathMtu: 1399, fails: 1400, requirement: 'failed' },
  // Not exact: only what is proven counts.
  { pathMtu: null, fails: 1450, requirement: 'warning' },
  { pathMtu: null, fails: 1400, requirement: 'failed' },
  { pathMtu: null, fails: 1401, requirement: 'warning' },
  { pathMtu: null, fails: null, requirement: 'met' },
])('a path MTU of $pathMtu, failing from $fails, is $requirement', ({ pathMtu, fails, requirement }) => {
  const limits = { requireMtu: 1400, warnBelow: 1492 };
  expect(requirementOf(limits, { pathMtu, bounds: { fits: null, fails } })).toBe(requirement);
});

test('without limits anything will do', () => {
  const result = { pathMtu: 68, bounds: { fits: 68, fails: 69 } };
  expect(requirementOf({ requireMtu: null, warnBelow: null }, result)).toBe('met');
});
