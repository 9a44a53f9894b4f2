import type { Finding } from '../../core/finding.ts';
import type { CheckResult } from '../../operations/check.ts';
import { version } from '../version.ts';

/** SARIF 2.1.0, which code hosts show beside the lines of a pull request. */
export function findingsSarif({ environments, rules }: CheckResult): string {
  const ids = rules.map(({ rule }) => rule);
  const driver = {
    name: 'keelson',
    version: version(),
    rules: rules.map(({ about, looked, rule }) => ({
      id: rule,
      shortDescription: { text: about },
      properties: { looked },
    })),
  };
  const results = environments
    .flatMap(({ findings }) => findings)
    .map((finding) => resultOf(finding, ids.indexOf(finding.rule)));
  const document = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function resultOf(
  { at, because, file, hint, message, rule, severity }: Finding,
  ruleIndex: number,
): unknown {
  return {
    ruleId: rule,
    ruleIndex,
    level: severity === 'waived' ? 'note' : severity,
    message: { text: `${message}\n${hint}` },
    ...(because !== undefined && {
      suppressions: [{ kind: 'external', status: 'accepted', justification: because }],
    }),
    locations: [
      {
        ...(file !== undefined && { physicalLocation: physicalLocation(file) }),
        logicalLocations: [{ fullyQualifiedName: at, kind: 'object' }],
      },
    ],
  };
}

/** From the root of the repository, where `keelson synth` writes. GitHub shows nothing without a line. */
function physicalLocation(file: string): unknown {
  const uri = ['dist', ...file.split('/')].map(encodeURIComponent).join('/');
  return { artifactLocation: { uri }, region: { startLine: 1 } };
}
