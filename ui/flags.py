"""SVG flags of 20 by 14; other countries get a globe."""

FLAGS = {
    "AT": (
        '<rect y="0" width="20" height="4.67" fill="#c8102e"/>'
        '<rect y="4.67" width="20" height="4.67" fill="#fff"/>'
        '<rect y="9.33" width="20" height="4.67" fill="#c8102e"/>'
    ),
    "BE": (
        '<rect x="0" width="6.67" height="14" fill="#111"/>'
        '<rect x="6.67" width="6.67" height="14" fill="#fae042"/>'
        '<rect x="13.33" width="6.67" height="14" fill="#d31a26"/>'
    ),
    "CH": '<rect width="20" height="14" fill="#d52b1e"/><path d="M8.7 3h2.6v8H8.7zM6 5.7h8v2.6H6z" fill="#fff"/>',
    "DE": (
        '<rect y="0" width="20" height="4.67" fill="#111"/>'
        '<rect y="4.67" width="20" height="4.67" fill="#d00"/>'
        '<rect y="9.33" width="20" height="4.67" fill="#ffce00"/>'
    ),
    "DK": '<rect width="20" height="14" fill="#c8102e"/><path d="M6 0h2.2v14H6zM0 5.9h20v2.2H0z" fill="#fff"/>',
    "ES": '<rect width="20" height="14" fill="#aa151b"/><rect y="3.5" width="20" height="7" fill="#f1bf00"/>',
    "FR": (
        '<rect x="0" width="6.67" height="14" fill="#0a3a8c"/>'
        '<rect x="6.67" width="6.67" height="14" fill="#fff"/>'
        '<rect x="13.33" width="6.67" height="14" fill="#e1202f"/>'
    ),
    "GB": (
        '<rect width="20" height="14" fill="#012169"/>'
        '<path d="m0 0 20 14M20 0 0 14" stroke="#fff" stroke-width="2.8"/>'
        '<path d="m0 0 20 14M20 0 0 14" stroke="#c8102e" stroke-width="1.1"/>'
        '<path d="M10 0v14M0 7h20" stroke="#fff" stroke-width="4.4"/>'
        '<path d="M10 0v14M0 7h20" stroke="#c8102e" stroke-width="2.4"/>'
    ),
    "IE": (
        '<rect x="0" width="6.67" height="14" fill="#169b62"/>'
        '<rect x="6.67" width="6.67" height="14" fill="#fff"/>'
        '<rect x="13.33" width="6.67" height="14" fill="#ff883e"/>'
    ),
    "IT": (
        '<rect x="0" width="6.67" height="14" fill="#008c45"/>'
        '<rect x="6.67" width="6.67" height="14" fill="#f4f5f0"/>'
        '<rect x="13.33" width="6.67" height="14" fill="#cd212a"/>'
    ),
    "JP": '<rect width="20" height="14" fill="#fff"/><circle cx="10" cy="7" r="4" fill="#bc002d"/>',
    "LU": (
        '<rect y="0" width="20" height="4.67" fill="#e32636"/>'
        '<rect y="4.67" width="20" height="4.67" fill="#fff"/>'
        '<rect y="9.33" width="20" height="4.67" fill="#1ba7dd"/>'
    ),
    "NL": (
        '<rect y="0" width="20" height="4.67" fill="#ae1c28"/>'
        '<rect y="4.67" width="20" height="4.67" fill="#fff"/>'
        '<rect y="9.33" width="20" height="4.67" fill="#21468b"/>'
    ),
    "NO": (
        '<rect width="20" height="14" fill="#ba0c2f"/>'
        '<path d="M5.5 0h3.5v14H5.5zM0 5.25h20v3.5H0z" fill="#fff"/>'
        '<path d="M6.4 0h1.7v14H6.4zM0 6.15h20v1.7H0z" fill="#00205b"/>'
    ),
    "PL": '<rect y="0" width="20" height="7.0" fill="#fff"/><rect y="7.0" width="20" height="7.0" fill="#dc143c"/>',
    "SE": '<rect width="20" height="14" fill="#006aa7"/><path d="M6 0h2.6v14H6zM0 5.7h20v2.6H0z" fill="#fecc02"/>',
    "US": (
        '<rect width="20" height="14" fill="#fff"/>'
        '<path d="M0 1h20M0 3.15h20M0 5.3h20M0 7.45h20M0 9.6h20M0 11.75h20M0 13.5h20" stroke="#b22234" '
        'stroke-width="1.08"/><rect width="9" height="7.5" fill="#3c3b6e"/>'
        '<path d="M1.5 1.8h.01M4.5 1.8h.01M7.5 1.8h.01M3 3.7h.01M6 3.7h.01M1.5 5.6h.01M4.5 5.6h.01M7.5 '
        '5.6h.01" stroke="#fff" stroke-width="1.1" stroke-linecap="round"/>'
    ),
}
