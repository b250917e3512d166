import type { IkeAuthResult, SCHEMA_VERSION } from '../results/result.ts';
import { ikeAuthDetails, ikeAuthSentence } from './ike-auth.ts';
import { style, textColumns, type Layout } from './style.ts';
import { hang, wrap } from './wrap.ts';

/** What `pathmtu predict` says; its `--json` prints this as it is. */
export interface Prediction {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly ikeAuth: IkeAuthResult;
  /** The path MTU that was given, in bytes. */
  readonly mtu: number;
}

/** A prediction for a person: the verdict first, then the figures, and what to do when it needs IP fragments. */
export function prediction({ ikeAuth, mtu }: Prediction, layout: Layout): string {
  const columns = textColumns(layout);
  const { bold } = style(layout.color);
  const lines = [
    ...wrap(ikeAuthSentence(ikeAuth), columns).map(bold),
    '',
    ...hang('  Path MTU', `${mtu} bytes, as given`, INDENT, columns),
    ...ikeAuthDetails(ikeAuth, INDENT, columns),
    ...(ikeAuth.verdict === 'ip-fragments-unknown'
      ? hang('  What to do', adviceOnFragments(ikeAuth), INDENT, columns)
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

function adviceOnFragments({ size, natT }: IkeAuthResult): string {
  const port = natT ? '' : ' --no-nat-t';
  return (
    'Some firewalls drop IP fragments. Turn on IKEv2 fragmentation (RFC 7383) at both ends, or make the ' +
    'certificates smaller: ECDSA keys, fewer intermediate certificates. To measure the path itself: ' +
    `sudo pathmtu <host> --ike-auth ${size}${port}`
  );
}

const INDENT = 17;
