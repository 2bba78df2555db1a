"""Every case comes from an address of its own: else slowed guesses would be all that is seen."""
import random

import schemathesis

addresses = random.Random(1)


@schemathesis.hook
def before_call(context, case, kwargs):
    headers = case.headers if case.headers is not None else {}
    headers["X-Forwarded-For"] = ".".join(str(addresses.randint(1, 254)) for _ in range(4))
    case.headers = headers
