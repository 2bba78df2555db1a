import { Letter } from "./mail.contract.ts";
import { rendered, veiled } from "./mail-templates.ts";

const time = "2026-11-21T04:12:00.000Z";
const facts: Record<string, unknown> = {
  code: "ABCD-1234",
  minutes: 30,
  link: "https://bijou.example/verify?a=1&b=2",
  device: "Firefox <on> Linux",
  place: "Vienna",
  time,
  newEmail: "n…@example.org",
  enabled: true,
  provider: "example",
  until: time,
  due: time,
};
const letter = (template: string, language: string, leave: string[] = []) => {
  const shape = Letter.options.find((o) => o.shape.template.value === template)?.shape.data.shape;
  const data = Object.fromEntries(
    Object.keys(shape ?? {}).flatMap((name) => (leave.includes(name) ? [] : [[name, facts[name]]])),
  );
  return Letter.parse({ template, language, to: "a@b.example", data });
};
const templates = Letter.options.map((o) => o.shape.template.value);

test.each(templates)("%s has all its facts filled in, in both languages", (template) => {
  for (const language of ["en", "ru"]) {
    const { subject, text, html } = rendered(letter(template, language));

    expect(`${subject}${text}${html}`).not.toMatch(/[{}]|undefined/);
    expect(/[а-я]/.test(subject)).toBe(language === "ru");
  }
});

test.each(templates)("%s shows others nothing that opens an account", (template) => {
  for (const language of ["en", "ru"]) {
    const text = veiled(rendered(letter(template, language)).text);

    expect(text).not.toContain(facts.code);
    expect(text).not.toContain(facts.link);
    expect(text).toMatch(/[a-zа-я]{3}/);
  }
});

test("leaves out a line whose fact is not there", () => {
  const { text } = rendered(letter("newDevice", "en", ["place"]));

  expect(text).toContain("Device: Firefox <on> Linux");
  expect(text).not.toContain("Place");
});

test("says times for people", () => {
  expect(rendered(letter("newDevice", "en")).text).toContain("November 21, 2026 at 4:12 AM (UTC)");
  expect(rendered(letter("newDevice", "ru")).text).toContain("21 ноября 2026");
});

test("lets no fact become HTML", () => {
  const { html } = rendered(letter("newDevice", "en"));

  expect(html).toContain("Firefox &lt;on&gt; Linux");
  expect(rendered(letter("verifyEmail", "en")).html).toContain(
    '<a href="https://bijou.example/verify?a=1&amp;b=2">',
  );
});

test("takes no facts that could add lines or headers", () => {
  const data = { device: "x\r\nBcc: all@b.example", time };

  expect(
    Letter.safeParse({ template: "newDevice", language: "en", to: "a@b.example", data }).success,
  ).toBe(false);
  expect(
    Letter.safeParse({
      template: "deletionCancelled",
      language: "en",
      to: "a@b.example\r\nBcc: c@d.example",
      data: {},
    }).success,
  ).toBe(false);
});
