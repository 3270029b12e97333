from typing import Any

from lib.http import MAX_ERROR_CODE, MAX_ERROR_TEXT
from lib.json_values import as_dict, as_list


def read_error(parsed: Any) -> tuple[str, str]:
    """Wix's error envelope: message, invalid fields, and the code of the application error."""
    body = as_dict(parsed)
    details = as_dict(body.get("details"))
    violations = as_list(as_dict(details.get("validationError")).get("fieldViolations"))
    texts = [body.get("message"), body.get("error_description"), body.get("errorDescription")]
    texts += [f"{row.get('field', '')}: {row.get('description', '')}" for row in violations if isinstance(row, dict)]
    code = as_dict(details.get("applicationError")).get("code") or body.get("error") or ""
    return "; ".join(str(text) for text in texts if text)[:MAX_ERROR_TEXT], str(code)[:MAX_ERROR_CODE]
