import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { hang, wrap } from '../../src/report/wrap.ts';

test('text is broken at spaces', () => {
  expect(wrap('one two three four', 9)).toEqual(['one two', 'three', 'four']);
});

test('a word that is longer than a line is cut', () => {
  expect(wrap('a 2001:db8:1234:5678::1', 10)).toEqual(['a', '2001:db8:1', '234:5678::', '1']);
});

test('an empty text is one empty line', () => {
  expect(wrap('', 10)).toEqual(['']);
});

test('control characters are made visible', () => {
  expect(wrap('a\tb\u001B[2Jc\nd', 80)).toEqual(['a?b?[2Jc?d']);
});

test('further lines hang below the first', () => {
  expect(hang('  Why', 'one two three', 8, 16)).toEqual(['  Why   one two', '        three']);
});

test('no line is too long and no word is lost', () => {
  fc.assert(
    fc.property(fc.lorem({ maxCount: 50 }), fc.integer({ min: 1, max: 100 }), (text, columns) => {
      const lines = wrap(text, columns);
      expect(lines.every((line) => line.length <= columns)).toBe(true);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }),
  );
});
