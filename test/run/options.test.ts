import { describe, expect, test } from '@jest/globals';
import { checkOptions, type MeasureOptions } from '../../src/run/options.ts';

describe('options of a measurement', () => {
  test.each<MeasureOptions>([
    {},
    { methods: ['udp'], family: 6, strategy: 'binary' },
    { minBytes: 68, maxBytes: 68 },
    { minBytes: 68, maxBytes: 65_535 },
    { deadlineMs: 0.5 },
    { flows: 1 },
    { flows: 64 },
    { ikeAuthBytes: 28 },
    { ikeAuthBytes: 65_503, natT: false },
  ])('%j can be honoured', (options) => {
    expect(() => checkOptions(options)).not.toThrow();
  });

  test.each<[MeasureOptions, string]>([
    [{ methods: [] }, 'methods must be some of'],
    [{ methods: ['tcp' as 'udp'] }, 'not tcp'],
    [{ minBytes: 67 }, 'minBytes must be a whole number from 68 to 65535, not 67'],
    [{ maxBytes: 65_536 }, 'maxBytes must be a whole number from 68 to 65535, not 65536'],
    [{ maxBytes: 1400.5 }, 'not 1400.5'],
    [{ maxBytes: Number.NaN }, 'not NaN'],
    [{ minBytes: 1500, maxBytes: 1400 }, 'minBytes (1500) is larger than maxBytes (1400)'],
    [{ ikeAuthBytes: 27 }, 'ikeAuthBytes must be a whole number from 28 to 65503, not 27'],
    [{ ikeAuthBytes: 65_504 }, 'not 65504'],
    [{ flows: 0 }, 'flows must be a whole number from 1 to 64, not 0'],
    [{ flows: 65 }, 'not 65'],
    [{ deadlineMs: 0 }, 'deadlineMs must be more than 0 and at most 86400000 (a day), not 0'],
    [{ deadlineMs: -1 }, 'not -1'],
    [{ deadlineMs: Number.NaN }, 'not NaN'],
  ])('%j is refused, with the reason', (options, reason) => {
    expect(() => checkOptions(options)).toThrow(
      expect.objectContaining({
        name: 'PathmtuError',
        code: 'bad-option',
        message: expect.stringContaining(reason),
      }),
    );
  });
});
