/** A certificate that signs itself, and questions over TLS to names that no name server knows. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, type RequestOptions, request } from "node:https";
import { join } from "node:path";

export interface Certificate {
  certificate: string;
  key: string;
}

/** @throws where openssl is not installed */
export function selfSigned(folder: string, names: readonly string[]): Certificate {
  const files = { certificate: join(folder, "self.crt"), key: join(folder, "self.key") };
  const { status, stderr } = spawnSync(
    "openssl",
    [
      ...["req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
      ...["-subj", `/CN=${names[0]}`, "-addext", `subjectAltName=DNS:${names.join(",DNS:")}`],
      ...["-days", "2", "-keyout", files.key, "-out", files.certificate],
    ],
    { encoding: "utf8" },
  );
  if (status !== 0) {
    throw new Error(`No certificate: ${stderr ?? "openssl is missing: apt-get install openssl"}`);
  }
  return {
    certificate: readFileSync(files.certificate, "utf8"),
    key: readFileSync(files.key, "utf8"),
  };
}

export interface Answered {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

export interface Asked extends Pick<RequestOptions, "method" | "localAddress"> {
  name?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Somebody who trusts this certificate and keeps connections. */
export function asker(port: number, { certificate }: Certificate, sockets = 16) {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets, ca: certificate });
  const options = (path: string, { name = "api.cinema.example", ...asked }: Asked) => ({
    ...{ host: "127.0.0.1", port, path, agent, servername: name },
    ...{ method: asked.method ?? "GET", headers: { host: name, ...asked.headers } },
    ...(asked.localAddress ? { localAddress: asked.localAddress } : {}),
  });
  return {
    /** The request as it begins, for bodies in pieces and for sockets. */
    begin: (path: string, asked: Asked = {}) => request(options(path, asked)),
    ask: (path: string, asked: Asked = {}): Promise<Answered> =>
      new Promise((resolve, reject) => {
        const req = request(options(path, asked), (res) => {
          let text = "";
          res.setEncoding("utf8").on("data", (piece) => {
            text += piece;
          });
          res.on("error", reject).on("end", () => {
            resolve({ status: res.statusCode ?? 0, headers: res.headers, text });
          });
        });
        req.on("error", reject).end(asked.body);
      }),
    close: () => agent.destroy(),
  };
}
