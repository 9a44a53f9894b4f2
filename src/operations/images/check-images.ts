import { KeelsonError } from '../../core/errors.ts';
import { type CheckResult, resultOf } from '../check.ts';
import { buildAll, type WorkspaceOptions } from '../workspace.ts';

export interface ImageCheck {
  readonly check: CheckResult;
  /** The first name that the lock lacks, where it does: nothing can be composed then. */
  readonly missing?: KeelsonError;
}

/** What the rules say of images. */
export async function checkImages(options: WorkspaceOptions): Promise<ImageCheck> {
  try {
    const { environments, rules } = resultOf(await buildAll(options), options.environment);
    return {
      check: {
        environments: environments.map((each) => ({
          ...each,
          findings: each.findings.filter(({ rule }) => isOfImages(rule)),
        })),
        rules: rules.filter(({ rule }) => isOfImages(rule)),
      },
    };
  } catch (error) {
    if (!(error instanceof KeelsonError) || error.code !== 'image/unknown') throw error;
    return { check: { environments: [], rules: [] }, missing: error };
  }
}

const isOfImages = (rule: string): boolean => rule.startsWith('image-');
