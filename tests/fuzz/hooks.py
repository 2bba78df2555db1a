"""What the cases of the fuzzer get besides: an address of their own each, else slowed guesses would
be all that is seen; and mostly a key of their own, else a key that was used would be.
"""
import random
import re

import schemathesis

chance = random.Random(1)
key = re.compile(r"[!-~]{1,200}")


@schemathesis.hook
def before_call(context, case, kwargs):
    headers = case.headers if case.headers is not None else {}
    headers["X-Forwarded-For"] = ".".join(str(chance.randint(1, 254)) for _ in range(4))
    given = headers.get("Idempotency-Key")
    if isinstance(given, str) and key.fullmatch(given) and chance.random() < 0.9:
        headers["Idempotency-Key"] = f"{chance.getrandbits(128):032x}"
    case.headers = headers
