export type * from './results/result.ts';
