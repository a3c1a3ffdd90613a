"""Prints the address of a PostgreSQL for the suite, or says on stderr why there is none and exits 1.

DATABASE_URL_TEST_POSTGRES, else the server of this machine where it lets `postgres` in without a password.
The suite makes databases of its own beside the named one, which need not exist.
"""

import os
import sys

import psycopg

HERE = "postgres://postgres@127.0.0.1:5432/backoffice"


def main() -> int:
    named = os.environ.get("DATABASE_URL_TEST_POSTGRES", "")
    url = named or HERE
    try:
        psycopg.connect(url, dbname="postgres", connect_timeout=3).close()
    except psycopg.Error as error:
        which = "DATABASE_URL_TEST_POSTGRES" if named else "127.0.0.1:5432"
        print(
            f"PostgreSQL ficou de fora: {which} não abriu ({str(error).strip().splitlines()[0]}).\n"
            "Aponte DATABASE_URL_TEST_POSTGRES para um servidor: postgres://usuario:senha@servidor:5432/backoffice",
            file=sys.stderr,
        )
        return 1
    print(url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
