//! Every code that a refusal can have, for the help page: what it means and what to do.

/// A code of a refusal.
pub struct Code {
    /// Its name, which is its place on the help page too.
    pub name: &'static str,
    /// The status of the answer.
    pub status: u16,
    /// What it means.
    pub means: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

const fn code(name: &'static str, status: u16, means: &'static str, remedy: &'static str) -> Code {
    Code { name, status, means, remedy }
}

/// All of them, by status.
pub const CODES: &[Code] = &[
    code(
        "bad_request",
        400,
        "The request is not what this address takes: broken JSON, an unknown field, a parameter out of range.",
        "The message names the field; the API as OpenAPI says what it may be.",
    ),
    code(
        "unauthorized",
        401,
        "The service wants a token, and there was none or not the right one.",
        "Send it as “Authorization: Bearer TOKEN”, or as the password when the browser asks; any user name will do.",
    ),
    code(
        "forbidden",
        403,
        "The request comes from a page of another site, or names this service by a name it does not have.",
        "Use the address that the service listens on, from its own pages or from a program.",
    ),
    code(
        "not_found",
        404,
        "There is nothing under this address: a wrong tracking id, or its text and answer are deleted or too old.",
        "Check the tracking id; texts and answers are kept as long as the limits above say.",
    ),
    code(
        "method_not_allowed",
        405,
        "The address exists, but not for this method.",
        "The header Allow lists those it takes.",
    ),
    code(
        "not_acceptable",
        406,
        "The answer cannot be given in the form that the header Accept asks for.",
        "Leave the header out, or ask for JSON.",
    ),
    code(
        "timed_out",
        408,
        "The request did not arrive, or was not answered, in time.",
        "Send it faster, or in smaller pieces; give long work to /v1/jobs or /v1/batches.",
    ),
    code(
        "conflict",
        409,
        "The request does not fit what is there: an Idempotency-Key of another request, a submission that is not finished.",
        "Use a new key for a new request; wait until the state of the batch is “done”.",
    ),
    code(
        "too_large",
        413,
        "A text or a file is larger than the limits above allow.",
        "Send it in parts.",
    ),
    code(
        "unsupported_media_type",
        415,
        "The body is of a type that this address does not take.",
        "Send JSON with “Content-Type: application/json”; for batches the file as it is.",
    ),
    code(
        "unprocessable",
        422,
        "The request is well formed, but a value in it cannot be used: an unknown model or task, no text, too many texts.",
        "The message names the value and what it may be.",
    ),
    code(
        "bad_row",
        422,
        "A row of the file cannot be read. Nothing of the file was accepted.",
        "The answer names the line; mend it and send the file again.",
    ),
    code(
        "too_many_requests",
        429,
        "This client asks more often than it may.",
        "Wait as long as the header Retry-After says; put many texts into one batch.",
    ),
    code(
        "internal",
        500,
        "Something went wrong inside.",
        "Try again; the log of the service says more, under the same request id.",
    ),
    code(
        "backlog_full",
        503,
        "As much waits as the service takes.",
        "Nothing was accepted: send it again after the time in the header Retry-After.",
    ),
    code(
        "shutting_down",
        503,
        "The service is ending. What it accepted is kept and will be answered after it starts again.",
        "Send it again after the time in the header Retry-After.",
    ),
    code(
        "not_ready",
        503,
        "The service has only just started, and a model is not open yet.",
        "Try again in a moment; /readyz tells when.",
    ),
];
