/** What the thread of an import and its worker write to each other. */
export type ToOwner<Batch, Question, News, End> =
  | { type: "batch"; batch: Batch }
  | { type: "ask"; question: Question }
  | { type: "news"; news: News }
  | { type: "end"; end: End }
  /**
   * `told`: the sentence is for a person; otherwise it is a fault of the house. `cause`: what lies
   * behind it, for the log alone.
   */
  | { type: "fail"; message: string; told: boolean; cause?: string };

export type ToWorker<Answer> =
  | { type: "job"; job: unknown }
  | { type: "taken" }
  | { type: "answer"; answer: Answer };
