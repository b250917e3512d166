export { measure, type Measuring } from './run/measure.ts';
export { PathmtuError } from './errors.ts';
export type { MeasureOptions } from './run/options.ts';
export type { ProbeEvent } from './probe/event.ts';
export type * from './results/result.ts';
