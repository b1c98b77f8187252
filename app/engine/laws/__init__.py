"""Small models, each a formula of plain numbers: queues, failures, speculation, routing, transfer, cost."""
