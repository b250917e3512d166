export { measure, type Measuring } from './run/measure.ts';
export { trace } from './run/trace.ts';
export { PathmtuError } from './errors.ts';
export type { MeasureOptions } from './run/options.ts';
export type { TraceOptions } from './run/trace-options.ts';
export type { ProbeEvent } from './probe/event.ts';
export type * from './results/result.ts';
export type { Narrowing, TracedHop, TraceResult } from './results/trace-result.ts';
