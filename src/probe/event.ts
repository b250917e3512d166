import type { MethodName } from './method.ts';

/** What every event about one probe says. Times are milliseconds since the measurement began. */
interface AboutProbe {
  readonly atMs: number;
  readonly method: MethodName;
  /** Destination UDP port; null for icmp. */
  readonly port: number | null;
  /** Number of the probe within its method, from 1. */
  readonly number: number;
  /** The whole IP packet, header included. */
  readonly sizeBytes: number;
  /** A probe of a size known or very likely to fit, sent beside those in question. */
  readonly isControl: boolean;
}

/** What happens during a measurement, as it happens: for the live line, `--verbose` and library users. */
export type ProbeEvent = EventOfFlow & {
  /** From 2: a further flow's, where `flows` asks for several. Probes of each flow have numbers of their own. */
  readonly flow?: number;
};

type EventOfFlow =
  | ({ readonly type: 'sent' } & AboutProbe)
  /** The target itself answered: the size arrives. `late`: it had been given up as lost. */
  | ({
      readonly type: 'answered';
      readonly rttMs: number;
      readonly from: string;
      readonly late: boolean;
    } & AboutProbe)
  /** A valid PTB quoted this probe. `mtu` is the next-hop MTU that it names. */
  | ({ readonly type: 'too-big'; readonly mtu: number; readonly from: string } & AboutProbe)
  /** An ICMP error other than PTB quoted this probe, such as "administratively prohibited". */
  | ({ readonly type: 'refused'; readonly reason: string; readonly from: string } & AboutProbe)
  /** No answer came in time. */
  | ({ readonly type: 'lost' } & AboutProbe)
  /** The probe could not be sent: `reason` is the operating system's word. */
  | ({ readonly type: 'failed'; readonly reason: string } & AboutProbe)
  /** Something arrived that is not an answer to a probe in flight, or does not deserve belief. */
  | {
      readonly type: 'ignored';
      readonly atMs: number;
      readonly method: MethodName;
      readonly reason: string;
      readonly from: string;
    }
  /** What is known of one method's path MTU now. */
  | {
      readonly type: 'estimate';
      readonly atMs: number;
      readonly method: MethodName;
      readonly fits: number | null;
      readonly fails: number | null;
    };
