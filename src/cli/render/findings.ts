import type { CheckResult } from '../../operations/check.ts';
import { findingsJson } from './findings-json.ts';
import { findingsSarif } from './findings-sarif.ts';
import { checkText } from './findings-text.ts';

/** A new format is one file and one line. */
export const FINDINGS_FORMATS: Readonly<Record<string, (result: CheckResult) => string>> = {
  text: checkText,
  json: findingsJson,
  sarif: findingsSarif,
};
