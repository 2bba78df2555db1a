/**
 * Sealing: what the house must read again, but nobody else who gets hold of a file or a link
 * (AES-256-GCM). A seal has a purpose: what was sealed for one is not opened for another.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

const ivBytes = 12;
const tagBytes = 16;

export interface Sealing {
  seal(text: string): string;
  /** Undefined when it was not sealed by this key for this purpose, or was changed since. */
  open(sealed: string): string | undefined;
}

/**
 * @param secret the house's, 256 bits as text
 * @param purpose what is sealed: `totp`, `oidc-state`
 */
export function sealing(secret: string, purpose: string): Sealing {
  const key = createHash("sha256").update(`${purpose}\0${secret}`).digest();
  return {
    seal(text) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv("aes-256-gcm", key, iv);
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64url");
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, "base64url");
      if (bytes.length < ivBytes + tagBytes) return undefined;
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, ivBytes));
      decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      try {
        const body = decipher.update(bytes.subarray(ivBytes + tagBytes));
        return Buffer.concat([body, decipher.final()]).toString("utf8");
      } catch {
        return undefined;
      }
    },
  };
}
