/**
 * The words of letters. Of each the first line is the subject; a line that names a fact which the
 * letter does not have is left out.
 */
import type { Letter } from "./mail.contract.ts";

type Words = Readonly<Record<Letter["language"], readonly string[]>>;

const notYou: Words = {
  en: ["If this was not you, change your password and sign out everywhere."],
  ru: ["Если это были не вы, смените пароль и выйдите на всех устройствах."],
};
const ignore: Words = {
  en: ["If you did not ask for it, leave this letter aside: nothing happens."],
  ru: ["Если вы этого не запрашивали, ничего не делайте: ничего не произойдёт."],
};
const code: Words = {
  en: ["{code}", "{link}", "It is good for {minutes} minutes. Tell it to nobody.", ...ignore.en],
  ru: ["{code}", "{link}", "Код действует {minutes} мин. Никому его не сообщайте.", ...ignore.ru],
};
const where: Words = {
  en: ["When: {time}", "Device: {device}", "Place: {place}", ...notYou.en],
  ru: ["Когда: {time}", "Устройство: {device}", "Место: {place}", ...notYou.ru],
};

export const letters: Readonly<Record<Letter["template"], Words>> = {
  verifyEmail: {
    en: [
      "Verify your e-mail",
      "Welcome to Bijou. This code shows that the e-mail is yours:",
      ...code.en,
    ],
    ru: [
      "Подтвердите почту",
      "Добро пожаловать в Bijou. Код, чтобы подтвердить почту:",
      ...code.ru,
    ],
  },
  alreadyRegistered: {
    en: [
      "You have an account already",
      "Somebody, perhaps you, wanted to register with this e-mail.",
      "You have an account: sign in, or have the password reset.",
      ...ignore.en,
    ],
    ru: [
      "У вас уже есть аккаунт",
      "Кто-то, возможно вы, хотел зарегистрироваться с этой почтой.",
      "Аккаунт уже есть: войдите или сбросьте пароль.",
      ...ignore.ru,
    ],
  },
  resetPassword: {
    en: ["Reset your password", "With this code you can set a new password:", ...code.en],
    ru: ["Сброс пароля", "С этим кодом можно задать новый пароль:", ...code.ru],
  },
  passwordChanged: {
    en: ["Your password was changed", "The password of your account was changed.", ...where.en],
    ru: ["Пароль изменён", "Пароль вашего аккаунта изменён.", ...where.ru],
  },
  newDevice: {
    en: ["New sign-in", "Somebody has signed in to your account on a new device.", ...where.en],
    ru: ["Новый вход", "В ваш аккаунт вошли с нового устройства.", ...where.ru],
  },
  tokenStolen: {
    en: [
      "You were signed out",
      "A sign-in of yours was used twice, as if it had been copied. It has been ended.",
      ...where.en,
    ],
    ru: [
      "Сеанс завершён",
      "Ваш сеанс использован дважды, как будто его скопировали. Он завершён.",
      ...where.ru,
    ],
  },
  emailChanged: {
    en: [
      "Your e-mail was changed",
      "Your account has another e-mail now: {newEmail}",
      "When: {time}",
      "If this was not you, write to the support at once.",
    ],
    ru: [
      "Почта изменена",
      "У вашего аккаунта теперь другая почта: {newEmail}",
      "Когда: {time}",
      "Если это были не вы, сразу напишите в поддержку.",
    ],
  },
  secondFactorChanged: {
    en: [
      "The second factor was changed",
      "Sign-in with a second factor is {enabled} now.",
      "When: {time}",
      ...notYou.en,
    ],
    ru: [
      "Второй фактор изменён",
      "Вход со вторым фактором теперь: {enabled}.",
      "Когда: {time}",
      ...notYou.ru,
    ],
  },
  providerLinked: {
    en: [
      "Another way to sign in",
      "One signs in with {provider} now.",
      "When: {time}",
      ...notYou.en,
    ],
    ru: [
      "Новый способ входа",
      "Теперь можно входить через {provider}.",
      "Когда: {time}",
      ...notYou.ru,
    ],
  },
  verifyContact: {
    en: ["Verify this address", "This code shows that the address is yours:", ...code.en],
    ru: ["Подтвердите адрес", "Код, чтобы подтвердить этот адрес:", ...code.ru],
  },
  exportReady: {
    en: [
      "Your data is ready",
      "All that we hold about you is in one file. Fetch it until {until}.",
    ],
    ru: [
      "Ваши данные готовы",
      "Всё, что мы о вас храним, собрано в один файл. Заберите его до {until}.",
    ],
  },
  deletionRequested: {
    en: [
      "Your account will be deleted",
      "On {due} everything about you will be deleted. Until then you can take it back.",
      ...notYou.en,
    ],
    ru: [
      "Аккаунт будет удалён",
      "{due} всё о вас будет удалено. До этого удаление можно отменить.",
      ...notYou.ru,
    ],
  },
  deletionCancelled: {
    en: ["Your account stays", "Your account will not be deleted."],
    ru: ["Аккаунт остаётся", "Ваш аккаунт не будет удалён."],
  },
};
