import { describe, expect, test } from '@jest/globals';
import { readArguments } from '../../../scripts/bench/options.ts';

describe('the arguments of the benchmark', () => {
  test.each([
    [[], 'recorded'],
    [['--case', 'silent'], 'printed'],
    [['--quick'], 'printed'],
    [['--runs', '3'], 'printed'],
    [['--case', 'silent', '--merge'], 'recorded'],
    [['--case', 'silent', '--output', 'elsewhere'], { folder: 'elsewhere' }],
  ])('%j: the results are %j, and a part never takes the place of the whole unasked', (args, destination) => {
    expect(readArguments(args)).toMatchObject({ type: 'measure', campaign: { destination } });
  });

  test('choose by the beginning of a name', () => {
    expect(readArguments(['--case', 'silent', '--peer', 'trace'])).toMatchObject({
      campaign: { cases: ['silent-0', 'silent-40', 'silent-200'], peers: ['tracepath', 'traceroute --mtu'] },
    });
  });

  test('go on with what was interrupted, here or elsewhere', () => {
    expect(readArguments(['--resume'])).toEqual({ type: 'resume', folder: null });
    expect(readArguments(['--resume', '--output', 'there'])).toEqual({ type: 'resume', folder: 'there' });
  });

  test.each([
    [['--runs', '0'], '--runs must be a whole number from 1 to 1000, not "0"'],
    [['--peer', 'mtr'], '--peer mtr: there are pathmtu, '],
    [['--jobs', '2'], "Unknown option '--jobs'"],
  ])('%j is a mistake, in one line', (args, line) => {
    expect(readArguments(args)).toEqual(expect.stringContaining(line));
    expect(readArguments(args)).not.toContain('\n');
  });
});
