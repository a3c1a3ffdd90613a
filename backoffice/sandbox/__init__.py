"""The remote services, stood in for over real HTTP: for trying, demonstrating and testing the product.

    python -m backoffice.sandbox --port 8901 --state DIR [--seed 1] [--complaints 300]

It imports nothing of the product and nothing imports it; its rules cite the lines of the API
documents, so that one misreading does not hide another. It listens on loopback only, and keeps its
state in DIR: a restart continues, a reset returns to what was seeded.

The portal Consumidor.gov.br is at /api/servico. A page to play with is at /_controle/.

Control API (JSON, no password). Mistakes answer 400 {"error": ...}.

    GET    /_controle/api/health                     {"status": "ok", "now": ISO}
    GET    /_controle/api/operations                 what faults can be armed for
    GET    /_controle/api/kinds                      the kinds of fault and quirk with their parameters
    GET    /_controle/api/faults                     what is armed
    POST   /_controle/api/faults                     {"kind", "operation": name | "reads" | "writes" | "*",
                                                      "times": n | null (until cleared), "skip": n,
                                                      "protocol", "account", ...the kind's parameters}
    DELETE /_controle/api/faults[/{number}]
    GET    /_controle/api/calls[?operation=&after=]  {"calls": [...], "counts": {operation: n}}
    DELETE /_controle/api/calls
    GET    /_controle/api/clock
    POST   /_controle/api/clock                      {"now": ISO, "stopped": bool} | {"advance_seconds": n}
                                                     | {"follow_machine": true}
    POST   /_controle/api/reset                      the seeded state; faults, calls, clock and tokens too

  Of the portal:

    GET    /_controle/api/accounts                   credentials, and the CPFs with their rights
    POST   /_controle/api/tokens/revoke              {"company": code} or {}
    GET    /_controle/api/complaints[?company=&situation=&limit=]
    POST   /_controle/api/complaints                 {"company", "cpf", "name", "text", "request",
                                                      "deadline": ISO date, "files": [...]}, all optional
    GET    /_controle/api/complaints/{protocol}      with movements and what is still to be committed late
    POST   /_controle/api/complaints/{protocol}/consumer-complement   {"text", "files"}
    POST   /_controle/api/complaints/{protocol}/mediator-message      {"text"}
    POST   /_controle/api/complaints/{protocol}/mediator-decision     {"upheld": bool, "text"}
    POST   /_controle/api/complaints/{protocol}/rate                  {"resolved": bool, "score": 1-5, "comment"}
    POST   /_controle/api/complaints/{protocol}/deadline              {"deadline": ISO date}
    POST   /_controle/api/complaints/{protocol}/expire                {}

  Files are [{"name", "content_base64"}]. The POSTs on complaints answer with the complaint as it is then.
"""
