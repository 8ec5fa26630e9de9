//! What every code of a refusal means and what to do, for the help page.

use crate::refusal::Code;

/// What a code means, and what to do.
pub fn explained(code: Code) -> [&'static str; 2] {
    match code {
        Code::BadRequest => [
            "The request is not what this address takes: broken JSON, an unknown field, a parameter out of range.",
            "The message names the field; the API as OpenAPI says what it may be.",
        ],
        Code::Unauthorized => [
            "The service wants a token, and there was none or not the right one.",
            "Send it as “Authorization: Bearer TOKEN”, or as the password when the browser asks; any user name will do.",
        ],
        Code::Forbidden => [
            "The request comes from a page of another site, names this service by a name it does not have, or asks for what \
             only a token marked admin may: publishing a model, labels of a sample.",
            "Use the address that the service listens on, from its own pages or from a program, and such a token.",
        ],
        Code::NotFound => [
            "There is nothing under this address: a wrong tracking id, or its text and answer are deleted or too old.",
            "Check the tracking id; texts and answers are kept as long as the limits above say.",
        ],
        Code::MethodNotAllowed => [
            "The address exists, but not for this method.",
            "The header Allow lists those it takes.",
        ],
        Code::NotAcceptable => [
            "The answer cannot be given in the form that the header Accept asks for.",
            "Leave the header out, or ask for JSON.",
        ],
        Code::TimedOut => [
            "The request did not arrive, or was not answered, in time.",
            "Send it faster, or in smaller pieces; give long work to /v1/jobs or /v1/batches.",
        ],
        Code::Conflict => [
            "The request does not fit what is there: an Idempotency-Key of another request, a submission that is not finished.",
            "Use a new key for a new request; wait until the state of the batch is “done”.",
        ],
        Code::TooLarge => {
            ["A text or a file is larger than the limits above allow.", "Send it in parts."]
        }
        Code::UnsupportedMediaType => [
            "The body is of a type that this address does not take.",
            "Send JSON with “Content-Type: application/json”; for batches the file as it is.",
        ],
        Code::Unprocessable => [
            "The request is well formed, but a value in it cannot be used: an unknown model or task, no text, too many texts.",
            "The message names the value and what it may be.",
        ],
        Code::BadRow => [
            "A row of the file cannot be read. Nothing of the file was accepted.",
            "The answer names the line; mend it and send the file again.",
        ],
        Code::TooManyRequests => [
            "This client asks more often than it may.",
            "Wait as long as the header Retry-After says; put many texts into one batch.",
        ],
        Code::Internal => [
            "Something went wrong inside.",
            "Try again; the log of the service says more, under the same request id.",
        ],
        Code::BacklogFull => [
            "As much waits as the service takes.",
            "Nothing was accepted: send it again after the time in the header Retry-After.",
        ],
        Code::ShuttingDown => [
            "The service is ending. What it accepted is kept and will be answered after it starts again.",
            "Send it again after the time in the header Retry-After.",
        ],
        Code::NotReady => [
            "The database does not answer at the moment, so that nothing can be accepted.",
            "Try again in a moment; /readyz tells when. Whoever runs the service finds the cause in its log.",
        ],
    }
}
