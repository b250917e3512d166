import { hang, wrap } from '../report/wrap.ts';
import type { Command } from './command.ts';
import type { Option } from './options.ts';

/**
 * The help screen of a command, at most {@link COLUMNS} wide.
 *
 * @param others commands to list, for the one that stands for the whole program; default: none
 */
export function helpText({ help, groups }: Command, others: readonly Command[] = []): string {
  const sections = [
    { title: '', lines: wrap(help.headline, COLUMNS) },
    { title: 'Usage', lines: help.usage.map((line) => `  ${line}`) },
    ...(others.length === 0
      ? []
      : [{ title: 'Commands (each with --help of its own)', lines: others.flatMap(commandLines) }]),
    {
      title: 'Examples',
      lines: help.examples.flatMap(({ command, does }) => [`  ${command}`, ...hang('', does, 6, COLUMNS)]),
    },
    ...groups.map(({ title, options }) => ({ title, lines: options.flatMap(optionLines) })),
    ...help.notes.map(({ title, lines }) => ({ title, lines: lines.map((line) => `  ${line}`) })),
  ];
  return `${sections
    .map(({ title, lines }) => [...(title === '' ? [] : [`${title}:`]), ...lines].join('\n'))
    .join('\n\n')}\n`;
}

function commandLines({ name, help }: Command): string[] {
  return hang(`  ${name}`, help.headline, COMMAND_INDENT, COLUMNS);
}

function optionLines({ name, short, value, shown, describe }: Option): string[] {
  const names = shown ?? `${short === undefined ? '' : `-${short}, `}--${name}`;
  const label = `  ${names}${value === undefined ? '' : ` ${value}`}`;
  if (label.length < OPTION_INDENT) return hang(label, describe, OPTION_INDENT, COLUMNS);
  return [label, ...hang('', describe, OPTION_INDENT, COLUMNS)];
}

const COLUMNS = 80;
const OPTION_INDENT = 22;
const COMMAND_INDENT = 13;
