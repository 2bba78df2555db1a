import type { Answer, ProblemBody } from "./protocol.ts";

/** The house said no, and why. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly problem: ProblemBody;
  /** `FILM_NOT_FOUND`. */
  readonly type: string;
  readonly status: number;

  constructor(problem: ProblemBody) {
    super(problem.detail);
    this.problem = problem;
    this.type = problem.type.replace(/^.*\//, "");
    this.status = problem.status;
  }
}

/** What is in an answer. @throws Refused */
export function resultOf<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Refused(answer.problem);
  return answer.result;
}

/** The problem in an error of the handshake; undefined where there was no connection at all. */
export function refusalOf(error: Error & { data?: unknown }): Refused | undefined {
  const { data } = error;
  const isProblem = typeof data === "object" && data !== null && "type" in data;
  return isProblem ? new Refused(data as ProblemBody) : undefined;
}
