import type { Gateway } from './gateway.ts';

/** The gateway that a bare host on the command line stands for. `settings` say what else is known of it. */
export function plainGateway(host: string, settings: Partial<Omit<Gateway, 'host'>> = {}): Gateway {
  return {
    name: host,
    host,
    family: null,
    methods: null,
    requireMtu: null,
    warnBelow: null,
    ikeAuth: null,
    client: null,
    natT: null,
    deadlineMs: null,
    labels: {},
    ...settings,
  };
}
