import { describe, expect, test } from '@jest/globals';
import { isRight, isWrong, PROGRAMS, type Statement } from '../../scripts/bench/scale/programs.ts';
import { CROWD_KINDS, type CrowdTarget } from '../lab/crowd.ts';

function read(name: string, output: string): [string, Statement][] {
  const program = PROGRAMS.find((each) => each.name.startsWith(name));
  return [...(program?.read(output) ?? [])];
}

function target(kindName: string): CrowdTarget {
  const kind = CROWD_KINDS.find(({ name }) => name === kindName);
  if (kind === undefined) throw new Error(`there is no kind ${kindName}`);
  return { address: '10.64.0.1', kind };
}

function exact(mtu: number): Statement {
  return { type: 'exact', mtu };
}

describe('what is read of many targets', () => {
  test('scamper: each trace by itself, and one that did not arrive', () => {
    const output = [
      'traceroute from 10.0.1.1 to 10.66.0.1',
      ' 1  10.0.1.2  40.115 ms [mtu: 1500]',
      ' 2  10.66.0.1  40.127 ms [mtu: 1400]',
      'traceroute from 10.0.1.1 to 10.70.0.1',
      ' 1  10.0.1.2  40.237 ms',
      ' 2  *',
      '',
    ].join('\n');
    expect(read('scamper', output)).toEqual([
      ['10.66.0.1', { type: 'exact', mtu: 1400 }],
      ['10.70.0.1', { type: 'unreachable' }],
    ]);
  });

  test('fping: who answered', () => {
    expect(read('fping', '10.64.0.1   : 40.2\n10.67.0.1   : -\n')).toEqual([
      ['10.64.0.1', { type: 'fits', isAnswered: true }],
      ['10.67.0.1', { type: 'fits', isAnswered: false }],
    ]);
  });

  test('pathmtu that printed nothing: nothing', () => {
    expect(read('pathmtu', '')).toEqual([]);
  });
});

describe('what that is worth', () => {
  test.each([
    ['PTB 1400', exact(1400), 'right'],
    ['PTB 1400', exact(1500), 'wrong'],
    ['PTB 1400', { type: 'unreachable' }, 'wrong'],
    ['PTB 1400', { type: 'undecided' }, 'neither'],
    ['PTB 1400', undefined, 'neither'],
    ['PTB 1400', { type: 'fits', isAnswered: true }, 'right'],
    ['PTB 1371', { type: 'fits', isAnswered: true }, 'wrong'],
    ['nobody', { type: 'unreachable' }, 'right'],
    ['nobody', exact(1500), 'wrong'],
    ['nobody', { type: 'fits', isAnswered: false }, 'right'],
  ] as const)('of %s, %j is %s', (kind, statement, worth) => {
    const found = isRight(statement, target(kind))
      ? 'right'
      : isWrong(statement, target(kind))
        ? 'wrong'
        : 'neither';
    expect(found).toBe(worth);
  });
});
