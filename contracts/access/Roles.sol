// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Roles
/// @notice Ids of the roles in the protocol's one AccessManager.
/// @dev A delay belongs to a grant, not to a role: whoever may both tighten and loosen holds two roles, one delayed.
/// Role 0 is AccessManager's own admin, held by the governor's timelock.
library Roles {
    uint64 internal constant GOVERNOR = 1; // markets, models, feeds, signers; delayed
    uint64 internal constant GUARDIAN = 2; // pauses entry, cancels pending operations; at once
    uint64 internal constant CURATOR = 3; // tightens a mandate; at once
    uint64 internal constant CURATOR_LOOSEN = 4; // loosens a mandate; delayed by days
}
