"""How a carrier may fail whom it is asked for something: every request, each way by itself."""

from infra.local.exchange.faults import Faults

CARRIER_FAULTS = {
    "429": Faults(rest_too_many=1),
    "500": Faults(rest_failed=1),
    "request lost": Faults(rest_request_lost=1),
    "answer lost": Faults(rest_answer_lost=1),
    "answer cut": Faults(rest_answer_cut=1),
}
