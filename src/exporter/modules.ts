import type { MethodName } from '../probe/method.ts';

/** A named way to measure, for `module=`. Everything else is as the gateways file says. */
export interface Module {
  /** Null: those of the gateways file. */
  readonly methods: readonly MethodName[] | null;
}

export type ModuleName = keyof typeof MODULES;

export const MODULES = {
  default: { methods: null },
  icmp: { methods: ['icmp'] },
  udp: { methods: ['udp'] },
  ike: { methods: ['ike'] },
} as const satisfies Readonly<Record<string, Module>>;

export const MODULE_NAMES = Object.keys(MODULES) as readonly ModuleName[];
