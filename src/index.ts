export { measure, type Measuring } from './run/measure.ts';
export { measureMany, type GatewayOutcome, type MeasureManyOptions } from './run/measure-many.ts';
export { PacketRate } from './net/packet-rate.ts';
export type { Gateway } from './gateways/gateway.ts';
export { PathmtuError } from './errors.ts';
export type { MeasureOptions } from './run/options.ts';
export type { ProbeEvent } from './probe/event.ts';
export type * from './results/result.ts';
