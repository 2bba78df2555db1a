/** Variant `bare`: socket.io on node:http with nothing around it; whoever connects is in the room. */
import { createServer } from "node:http";
import { Server } from "socket.io";
import { socketPath } from "../../mixins/sockets/protocol.ts";
import { answerOrders } from "./orders.ts";

const server = createServer();
const io = new Server(server, { path: socketPath, transports: ["websocket"], serveClient: false });
io.on("connection", (socket) => {
  socket.on("join", (_room: string, done: (answer: unknown) => void) => {
    void socket.join("room");
    done({ ok: true });
  });
  socket.on("hear", (_wish: unknown, done: (answer: unknown) => void) => done({ ok: true }));
});
await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
const film = "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11";
answerOrders(server, { room: "room", event: "films.told" }, (text) => {
  const data = { film, at: String(process.hrtime.bigint()), text };
  io.to("room").emit("heard", "films.told", data, `film:${film}`);
});
