from server.core.errors import Forbidden, TooMany, Unauthorized


class WrongPassword(Unauthorized):
    code = "accounts.wrong_password"


class TooManySignIns(TooMany):
    code = "accounts.too_many_sign_ins"


class OriginNotAllowed(Forbidden):
    """The page's origin is not in the shop's list of allowed origins."""

    code = "embed.origin_not_allowed"
