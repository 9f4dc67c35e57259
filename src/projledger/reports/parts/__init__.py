"""What the reports share: words of the ledger's values, cells and charts, and sentences that several of them say."""
