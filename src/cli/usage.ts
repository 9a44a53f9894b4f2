import type { Command, CommanderError } from 'commander';
import { KeelsonError } from '../core/errors.ts';

/** What is wrong with a command line, in the words and the form of every other error. */
export function usageError(command: Command, { code, message }: CommanderError): KeelsonError {
  const [first = '', guess = ''] = message.replace(/^error: /, '').split('\n');
  const near = /Did you mean (?:one of )?(.+)\?/.exec(guess)?.[1];
  const name = nameOf(command);
  return new KeelsonError(name, `usage/${CODES.get(code) ?? 'bad-command-line'}`, {
    message: SAID.get(code) ?? first.replace(/\.$/, '').replace('. Expected', '; expected'),
    hint: `${near === undefined ? '' : `did you mean '${near}'? `}\`${name} --help\` shows what there is`,
  });
}

/** `keelson synth`. */
function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}

const CODES = new Map([
  ['commander.unknownCommand', 'unknown-command'],
  ['commander.help', 'unknown-command'],
  ['commander.unknownOption', 'unknown-option'],
  ['commander.missingArgument', 'missing-argument'],
  ['commander.optionMissingArgument', 'missing-value'],
  ['commander.missingMandatoryOptionValue', 'missing-option'],
  ['commander.excessArguments', 'too-many-arguments'],
  ['commander.invalidArgument', 'unknown-choice'],
]);

/** Where commander says nothing that helps: `keelson help nonsense`. */
const SAID = new Map([['commander.help', 'there is no such command']]);
