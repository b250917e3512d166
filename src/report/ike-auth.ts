import type { IkeAuthResult } from '../results/result.ts';
import { sizeList } from '../ike/size-list.ts';
import { paragraphLines, splitParagraph } from './paragraph.ts';
import { count } from './words.ts';
import { hang } from './wrap.ts';

/** The verdict on one IKE_AUTH in a line: `IKE_AUTH of 3200 bytes: needs 3 IP fragments; ...`. */
export function ikeAuthSentence(ikeAuth: IkeAuthResult): string {
  return `IKE_AUTH of ${ikeAuth.size} bytes: ${verdictWords(ikeAuth)}`;
}

/** The figures behind the verdict, each with its label; then the reason, or the whole paragraph where there is one. */
export function ikeAuthDetails(ikeAuth: IkeAuthResult, indent: number, columns: number): string[] {
  const { story, toDo } = splitParagraph(ikeAuth.paragraph ?? ikeAuth.reason);
  const row = (label: string, text: string): string[] => hang(`  ${label}`, text, indent, columns);
  const ikeFragments = ikeAuth.ikeFragments ?? [];
  return [
    ...row('As one packet', `${count(ikeAuth.wireSize, 'byte')} (${wireSum(ikeAuth)})`),
    ...(ikeAuth.ipFragments.length > 1
      ? row('IP fragments', `${sizeList(ikeAuth.ipFragments)} (whole packets, in bytes)`)
      : []),
    ...(ikeFragments.length > 0
      ? row('IKE fragments', `${sizeList(ikeFragments)} (IKE messages, in bytes)`)
      : []),
    ...row(ikeAuth.paragraph === undefined ? 'Why' : 'Verdict', story),
    ...(toDo === null ? [] : ['  What to do', ...paragraphLines(toDo, 2, columns)]),
  ];
}

function verdictWords({ verdict, ipFragments, ikeFragments }: IkeAuthResult): string {
  const pieces = ipFragments.length > 1 ? count(ipFragments.length, 'IP fragment') : 'IP fragments';
  switch (verdict) {
    case 'fits':
      return 'fits in one packet';
    case 'ike-fragmented':
      return ikeFragments === null
        ? 'goes through in IKE fragments'
        : `goes through in ${count(ikeFragments.length, 'IKE fragment')}`;
    case 'ip-fragments-delivered':
      return `needs ${pieces}; they arrive today`;
    case 'ip-fragments-dropped':
      return `will be lost: its ${pieces} are dropped on the way`;
    case 'ip-fragments-unknown':
      return ipFragments.length > 1
        ? `needs ${pieces}; whether they arrive is not known`
        : 'whether it gets through is not known';
  }
}

/** `3200 IKE_AUTH + 4 non-ESP marker + 8 UDP + 20 IPv4`. */
function wireSum({ size, natT, family }: IkeAuthResult): string {
  const marker = natT ? ' + 4 non-ESP marker' : '';
  return `${size} IKE_AUTH${marker} + 8 UDP + ${family === 4 ? '20 IPv4' : '40 IPv6'}`;
}
