import { Failure } from './failure.ts';

/** One step of a group on one output: how long it took and, when it failed, what was wrong. */
export interface StepResult {
  readonly group: string;
  readonly step: string;
  readonly where: string;
  readonly seconds: number;
  readonly problem?: string;
}

const recorded = new WeakSet<Failure>();

/** Runs the steps of one group on one output and keeps what came of them. */
export class Steps {
  readonly #group: string;
  readonly #where: string;
  readonly #results: StepResult[];
  readonly #talk: (line: string) => void;

  constructor(
    group: string,
    where: string,
    results: StepResult[],
    talk: (line: string) => void = () => undefined,
  ) {
    this.#group = group;
    this.#where = where;
    this.#results = results;
    this.#talk = talk;
  }

  /** A failed step ends its group on this output; the run goes on elsewhere. */
  step<T>(step: string, work: () => Promise<T>): Promise<T> {
    return this.#step(step, work);
  }

  async #step<T>(step: string, work: () => Promise<T>, how?: 'quietly'): Promise<T> {
    const started = Date.now();
    try {
      const result = await work();
      if (how !== 'quietly') this.#record(step, started);
      return result;
    } catch (error) {
      if (error instanceof Failure && !recorded.has(error)) {
        recorded.add(error);
        this.#record(step, started, error.message);
      }
      throw error;
    }
  }

  /** A whole group: its failure says nothing about the next one, but never goes unseen. */
  async survive(work: () => Promise<unknown>): Promise<void> {
    try {
      await this.#step('between its steps', work, 'quietly');
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }

  /** A negative case: `work` must fail, and for the reason that was planted. */
  async mustFail(planted: string, because: RegExp, work: () => Promise<unknown>): Promise<void> {
    await this.step(`fails on ${planted}`, async () => {
      const problem = await work().then(
        () => undefined,
        (error: unknown) => {
          if (error instanceof Failure) return error.message;
          throw error;
        },
      );
      if (problem === undefined) throw new Failure(`planted ${planted}, and nothing noticed`);
      if (!because.test(problem)) {
        throw new Failure(`planted ${planted}; expected ${because}, but it says: ${problem}`);
      }
    });
  }

  #record(step: string, started: number, problem?: string): void {
    const seconds = (Date.now() - started) / 1000;
    const [group, where] = [this.#group, this.#where];
    this.#results.push({ group, step, where, seconds, ...(problem !== undefined && { problem }) });
    const outcome = problem === undefined ? 'ok' : `FAILED: ${problem}`;
    this.#talk(`${seconds.toFixed(1).padStart(6)} s  ${group}  ${where}  ${step}  ${outcome}`);
  }
}
