/** Where progress is shown: drawn in a terminal, as lines on stderr, or (with --json) not at all. */
import { clock } from "../services/shared/clock.ts";
import type { Session } from "./io.ts";
import type { Picture } from "./progress.ts";

export interface Screen {
  show(picture: Picture, warning?: string | null): void;
  /** Ends the drawing; after it stdout is free again. */
  close(): Promise<void>;
}

export interface Ways {
  /** Null while there is nothing that could go on without us. */
  onDetach: (() => void) | null;
  /** Null where it cannot be stopped from here. */
  onCancel: (() => void) | null;
}

const lineEveryMs = 5_000;

function lines({ out }: Session): Screen {
  let saidAt = 0;
  let saidStage = "";
  let saidWarning = "";
  return {
    show({ title, subtitle, stage, fraction, facts, counts }, warning) {
      if (warning && warning !== saidWarning) out.note(warning);
      saidWarning = warning ?? "";
      const now = clock.now();
      if (warning || (`${title} ${stage}` === saidStage && now - saidAt < lineEveryMs)) return;
      saidAt = now;
      saidStage = `${title} ${stage}`;
      const part = fraction === null ? [] : [`${Math.floor(fraction * 100)} %`];
      const told = counts.map(([label, value]) => `${label} ${value}`);
      out.note(`${title} ${subtitle}: ${[stage, ...part, ...facts, ...told].join(" · ")}`);
    },
    close: async () => {},
  };
}

/** Ink and React are loaded here alone, and only where they draw. */
async function drawn({ io, out }: Session, ways: Ways): Promise<Screen> {
  const [{ render }, { createElement }, { Progress }] = await Promise.all([
    import("ink"),
    import("react"),
    import("./views/progress.tsx"),
  ]);
  const { stdin, stdout, stderr } = io;
  const keys = stdin.isTTY === true;
  const options = { stdout, stdin, stderr, exitOnCtrlC: false, interactive: true };
  let app: ReturnType<typeof render> | undefined;
  return {
    show(picture, warning = null) {
      const { colour } = out;
      const view = createElement(Progress, { ...picture, ...ways, warning, colour, keys });
      if (app) app.rerender(view);
      else app = render(view, options);
    },
    async close() {
      app?.clear();
      app?.unmount();
      await app?.waitUntilExit();
    },
  };
}

export async function openScreen(session: Session, ways: Ways): Promise<Screen> {
  if (session.out.json) return { show() {}, close: async () => {} };
  return session.out.live ? drawn(session, ways) : lines(session);
}
