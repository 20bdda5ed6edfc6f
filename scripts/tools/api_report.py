"""Counts a run over the API's document: `PASSED FAILED`.

Rule: an operation that was not tried, or never went well, is no success; nine of ten have to have gone well.
"""

import json
import sys
import xml.etree.ElementTree

answers, junit, status, panics = sys.argv[1:]
with open(answers, encoding="utf-8") as file:
    answered = json.load(file)
cases = list(xml.etree.ElementTree.parse(junit).getroot().iter("testcase"))
bad = sum(any(child.tag in ("failure", "error") for child in case) for case in cases)
missed = [name for name, counts in answered.items() if not any(code.startswith("2") for code in counts)]
went_well = len(answered) - len(missed)
failed = bad
if not cases or went_well < 0.9 * len(cases) or len(answered) < len(cases):
    print(f"{went_well} of {len(cases)} operations went well at least once; not: {missed}", file=sys.stderr)
    failed += 1
# What broke without a case that says so.
if (status != "0" and bad == 0) or panics != "0":
    failed += 1
print(max(len(cases) + 1 - failed, 0), failed)
