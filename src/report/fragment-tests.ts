import type { FragmentTest } from '../results/result.ts';
import { columnsOf } from './columns.ts';

/** A row per test with IP fragments: how the datagram was cut, and whether it arrived. The heading comes first. */
export function fragmentTestLines(tests: readonly FragmentTest[]): string[] {
  return columnsOf(
    [
      { heading: 'IP FRAGMENTS', align: 'left' },
      { heading: 'SIZE', align: 'right' },
      { heading: 'PIECES', align: 'right' },
      { heading: 'ORDER', align: 'left' },
      { heading: 'VIA', align: 'left' },
      { heading: 'ARRIVE', align: 'left' },
    ],
    tests.map(({ name, size, pieces, order, via, delivered }) => [
      name,
      `${size}`,
      `${pieces}`,
      order,
      via,
      delivered === null ? 'not known' : delivered ? 'yes' : 'NO',
    ]),
  );
}
