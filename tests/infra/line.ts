/** A line between a test and an engine that can be cut, frozen and mended: a TCP proxy. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Line {
  /** The engine's URL, through the line. */
  readonly url: string;
  /** Connections end, and new ones are refused. */
  cut(): void;
  /** Connections stay, and nothing comes through. */
  freeze(): void;
  mend(): void;
  close(): void;
}

export async function line(to: URL, presetPort: number): Promise<Line> {
  const open = new Set<Socket>();
  let state: "whole" | "cut" | "frozen" = "whole";
  const join = (one: Socket, other: Socket) => {
    open.add(one);
    one.on("error", () => other.destroy());
    one.on("close", () => {
      open.delete(one);
      other.destroy();
    });
    one.on("data", (bytes) => {
      if (!other.write(bytes)) one.pause();
    });
    other.on("drain", () => state !== "frozen" && one.resume());
    if (state === "frozen") one.pause();
  };
  // What is small is not held back for what follows: that would add 40 ms of its own.
  const noDelay = true;
  const server = createServer({ noDelay }, (near) => {
    if (state === "cut") {
      near.destroy();
      return;
    }
    const far = connect({ port: Number(to.port || presetPort), host: to.hostname, noDelay });
    join(near, far);
    join(far, near);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const through = new URL(to);
  through.hostname = "127.0.0.1";
  through.port = String((server.address() as AddressInfo).port);
  const cut = () => {
    state = "cut";
    for (const socket of open) socket.destroy();
  };
  return {
    url: through.href,
    cut,
    freeze() {
      state = "frozen";
      for (const socket of open) socket.pause();
    },
    mend() {
      state = "whole";
      for (const socket of open) socket.resume();
    },
    close() {
      cut();
      server.close();
    },
  };
}
