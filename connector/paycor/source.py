"""Everybody at Paycor, for the sync: the pages of all legal entities of one connection, digested but not decoded.

In: a client and what is wanted; out: raw records, employees on demand, and findings about the connection as a whole.
It asks for the blocks it needs and nothing else (rule D19), and keeps no employee.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from hashlib import blake2b

from marshmallow import ValidationError

from connector.core.attributes import Origin, origins
from connector.core.ports import RawRecord, SourcePage
from connector.core.records import Employee, Finding
from connector.errors import SourceContractError, SourceForbidden
from connector.paycor.client import Client, NotFound
from connector.paycor.fingerprints import Fingerprints
from connector.paycor.listing import employees_path, employee_params, granted
from connector.paycor.pages import pages
from connector.paycor.permissions import DEPARTMENTS, INCLUDES, ONBOARDING
from connector.paycor.records import Departments, EmployeeDecoder, blocks, guid, identify
