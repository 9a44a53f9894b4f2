import { Lazy } from 'cdk8s';

let refusal: unknown;

/**
 * A value that is complete only after compose, such as the users of a database: never read it there.
 * It survives a spread, which a getter does not.
 */
export function late<T>(produce: () => T): T {
  return Lazy.any({ produce: () => remembered(produce) }) as T;
}

/** What the last late value threw: cdk8s keeps of an error only its words. */
export function takeRefusal(): unknown {
  const found = refusal;
  refusal = undefined;
  return found;
}

function remembered<T>(produce: () => T): T {
  try {
    return produce();
  } catch (error) {
    refusal = error;
    throw error;
  }
}
