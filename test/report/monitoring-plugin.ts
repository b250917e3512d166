/**
 * A strict reader of what a monitoring plugin prints, by the guidelines alone and without any code of ours:
 * https://www.monitoring-plugins.org/doc/guidelines.html (PLUGOUTPUT, AEN201 performance data, THRESHOLDFORMAT).
 * Throws at the first thing that they do not allow.
 */
export interface PluginOutput {
  readonly service: string;
  readonly status: string;
  /** Behind the dash. */
  readonly text: string;
  readonly longText: readonly string[];
  readonly perfdata: readonly Perfdatum[];
}

interface Perfdatum {
  readonly label: string;
  /** Null: undetermined (U). */
  readonly value: number | null;
  readonly unit: string;
  readonly warning: string;
  readonly critical: string;
  readonly min: string;
  readonly max: string;
}

export function readPluginOutput(output: string): PluginOutput {
  if (/\p{Cc}/u.test(output.replaceAll('\n', ''))) throw new Error('a control character');
  if (!output.endsWith('\n') || output.includes('\n\n')) throw new Error('not whole lines');
  const [first = '', ...others] = output.slice(0, -1).split('\n');
  const { service, status, text, perfdata } = FIRST_LINE.exec(first)?.groups ?? {};
  if (service === undefined || status === undefined || text === undefined) {
    throw new Error(`no first line of a plugin: ${first}`);
  }
  // Long output, up to a second bar; what follows that, to the end, is perfdata again.
  const rest = others.join('\n');
  const [longText = '', further, ...more] = rest.split('|');
  if (more.length > 0) throw new Error('a third bar');
  return {
    service,
    status,
    text,
    longText: longText === '' ? [] : longText.trimEnd().split('\n'),
    perfdata: [...readPerfdata(perfdata ?? ''), ...readPerfdata((further ?? '').replaceAll('\n', ' '))],
  };
}

function readPerfdata(text: string): Perfdatum[] {
  const items: Perfdatum[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const match = ITEM.exec(rest);
    const groups = match?.groups;
    if (match === null || groups === undefined) throw new Error(`no perfdata: ${rest}`);
    const { quotedLabel, plainLabel, value = 'U', unit = '', warning = '', critical = '' } = groups;
    for (const range of [warning, critical]) {
      if (range !== '' && !RANGE.test(range)) throw new Error(`no range: ${range}`);
    }
    items.push({
      label: plainLabel ?? (quotedLabel ?? '').replaceAll("''", "'"),
      value: value === 'U' ? null : Number(value),
      unit,
      warning,
      critical,
      min: groups['min'] ?? '',
      max: groups['max'] ?? '',
    });
    rest = rest.slice(match[0].length);
  }
  const labels = items.map(({ label }) => label);
  if (new Set(labels).size !== labels.length) throw new Error(`a label is there twice: ${labels.join(', ')}`);
  return items;
}

/** No more than one bar, and something to read. */
const FIRST_LINE =
  /^(?<service>[A-Z]+) (?<status>OK|WARNING|CRITICAL|UNKNOWN) - (?<text>[^|]*[^|\s])(?: ?\| ?(?<perfdata>[^|]+))?$/;
/** Not `=` in a label, `'` only in quotes and doubled there, spaces only in quotes; U has no unit. */
const ITEM =
  /^(?:'(?<quotedLabel>(?:[^'=]|'')+)'|(?<plainLabel>[^\s'=]+))=(?:(?<value>-?\d+(?:\.\d+)?)(?<unit>s|us|ms|%|B|KB|MB|GB|TB|c)?|U)(?:;(?<warning>[^;\s]*)(?:;(?<critical>[^;\s]*)(?:;(?<min>-?[\d.]*)(?:;(?<max>-?[\d.]*))?)?)?)?(?: +|$)/;
const RANGE = /^@?(?:(?:~|-?[\d.]+)?:)?(?:-?[\d.]+)?$/;
