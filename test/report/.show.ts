import { table } from '../../src/report/table.ts';
import * as results from './results.ts';
const color = process.stdout.isTTY === true;
for (const name of process.argv.slice(2))
  console.log(
    table((results as never)[name], { columns: color ? process.stdout.columns : null, color }) +
      '='.repeat(80),
  );
