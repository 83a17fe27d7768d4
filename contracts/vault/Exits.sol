// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {LibCall} from "solady/src/utils/LibCall.sol";
import {ExitRequest, IVault} from "../interfaces/IVault.sol";
import {FixedMath} from "../libraries/FixedMath.sol";
import {Fees} from "./Fees.sol";

// The two ways out that do not depend on idle cash now.
//
// AT THE NEXT PRICE
// A request keeps its shares in escrow until cash is there and every price is newer than the request: nobody leaves at
// a price that was known. First come, first served; what settles becomes a claim, so that no receiver can stop another.
// Cash for it is all idle cash, the floor included, as it is for those who leave at once.
//
// IN KIND
// Needs no price, no signal, no auction and nobody's permission; only a fill's own callback cannot use it.
// Its denominator has the virtual shares too: leaving in kind never takes what leaving in cash would not.
// A token that reverts, burns its gas, answers false or returns too much costs its receiver a claim, nobody an exit.
abstract contract Exits is Fees {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    uint256 private constant EXIT_TRANSFER_GAS = 300_000; // a proxied, rebasing token takes about 200,000

    // one slot: 8 + 8 + 16 bytes; ids below head are done with
    uint64 private _head;
    uint64 private _tail;
    uint128 internal pendingShares; // Σ shares of all requests, held by the vault itself
    mapping(uint256 id => ExitRequest) private _requests;

    /* REQUEST */

    /// @inheritdoc IVault
    function requestExit(uint256 shares, address owner) external nonReentrant returns (uint256 id) {
        require(shares > 0, SharesZero());
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, shares);

        id = _tail++;
        _requests[id] =
            ExitRequest({owner: owner, requestedAt: uint48(block.timestamp), shares: shares.toUint128()});
        pendingShares = (pendingShares + shares).toUint128();
        emit ExitRequested(id, owner, shares);

        _transfer(owner, address(this), shares);
    }

    /// @inheritdoc IVault
    function cancelExit(uint256 id) external nonReentrant {
        ExitRequest storage request = _requests[id];
        uint128 shares = request.shares;
        require(shares > 0 && request.owner == msg.sender, ExitUnknown(id, msg.sender));
        uint256 cancellableAt = request.requestedAt + maxPriceAge + 1;
        Valuation memory v;
        _valueInto(v, maxPriceAge, NO_POSITION);
        bool isCancellable = block.timestamp >= cancellableAt || !v.isPriced;
        require(isCancellable, ExitNotCancellable(id, cancellableAt));

        request.shares = 0;
        pendingShares -= shares;
        emit ExitCancelled(id, msg.sender, shares);

        _transfer(address(this), msg.sender, shares);
    }

    /* SETTLE */

    /// @inheritdoc IVault
    function settleExits(uint256 maxCount) external nonReentrant {
        Books memory b = _books(maxPriceAge, NO_POSITION);
        _checkPriced(b.value, maxPriceAge);

        _accrue(b);
        _settle(b, maxCount);
    }

    /// Settles what idle cash covers, from the head of the queue on.
    function _settle(Books memory b, uint256 maxCount) internal {
        (uint256 head, uint256 tail) = (_head, _tail);
        uint256 burned;
        for (uint256 i; i < maxCount && head < tail; ++i) {
            ExitRequest storage request = _requests[head];
            uint128 asked = request.shares;
            if (asked > 0) {
                if (request.requestedAt >= b.value.oldestAt) break;

                uint256 shares = _sharesPayable(b, asked);
                uint256 assets = _assetsOut(b, shares);
                if (shares < asked && assets == 0) break; // dust of cash burns no shares
                _pay(b, head, shares, assets);
                burned += shares;
                if (shares < asked) break;
            }
            ++head;
        }
        _head = uint64(head); // safe: at most tail

        if (burned > 0) {
            account.cash = uint128(b.value.idle); // safe: it has fallen
            pendingShares -= uint128(burned); // safe: a part of them
            _burn(address(this), burned);
        }
    }

    /// Books become those after the payment, for the next in the queue.
    function _pay(Books memory b, uint256 id, uint256 shares, uint256 assets) private {
        b.supply -= shares;
        b.value.nav -= assets;
        b.value.idle -= assets;

        ExitRequest storage request = _requests[id];
        request.shares -= uint128(shares); // safe: at most what was asked
        emit ExitSettled(id, request.owner, shares, assets);
        _addClaim(request.owner, address(base), assets);
    }

    /// Base units that all pending requests are worth.
    function _owed(Books memory b) internal view returns (uint256) {
        uint256 shares = pendingShares;
        return shares == 0 ? 0 : _toAssetsUp(b, shares);
    }

    /// @inheritdoc IVault
    function exitRequest(uint256 id) external view returns (ExitRequest memory) {
        return _requests[id];
    }

    /// @inheritdoc IVault
    function exitQueue() external view returns (uint256 head, uint256 tail, uint256 shares) {
        return (_head, _tail, pendingShares);
    }

    /* LEAVE IN KIND */

    /// @inheritdoc IVault
    function exitInKind(uint256 shares, address receiver, address owner)
        external
        nonReentrant
        returns (uint256[] memory amounts)
    {
        _checkReceiver(receiver);
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, shares);

        Books memory b = _books(maxPriceAge, NO_POSITION); // priced or not
        _accrue(b);
        _burn(owner, shares);
        amounts = _takeParts(shares, b.supply + VIRTUAL_SHARES);
        emit ExitedInKind(msg.sender, receiver, owner, shares, amounts);

        _sendOrClaim(base, receiver, amounts[0]);
        for (uint256 i; i < positions; ++i) {
            _sendOrClaim(holdings[i].token, receiver, amounts[i + 1]);
        }
    }

    /// Takes `shares` of `supply` of every balance out of the ledger.
    function _takeParts(uint256 shares, uint256 supply) private returns (uint256[] memory amounts) {
        amounts = new uint256[](1 + positions);
        // safe casts: each is less than what it is taken from
        uint128 cash = account.cash;
        amounts[0] = FixedMath.mulDivDown(cash, shares, supply);
        account.cash = cash - uint128(amounts[0]);
        for (uint256 i; i < positions; ++i) {
            uint128 amount = holdings[i].amount;
            amounts[i + 1] = FixedMath.mulDivDown(amount, shares, supply);
            holdings[i].amount = amount - uint128(amounts[i + 1]);
        }
    }

    function _sendOrClaim(IERC20 token, address receiver, uint256 amount) private {
        if (amount > 0 && !_trySend(address(token), receiver, amount)) _addClaim(receiver, address(token), amount);
    }

    /// Sends with bounded gas and reads a bounded answer; whatever else the token does is its receiver's claim.
    function _trySend(address token, address to, uint256 amount) private returns (bool) {
        // A call may be given 63/64 of what is left: nobody can turn a transfer into a claim by starving it.
        uint256 minGas = EXIT_TRANSFER_GAS * 64 / 63 + 10_000;
        require(gasleft() >= minGas, ExitGasTooLow(gasleft(), minGas));

        (bool success,, bytes memory answer) =
            LibCall.tryCall(token, 0, EXIT_TRANSFER_GAS, 32, abi.encodeCall(IERC20.transfer, (to, amount)));
        bool isSilent = answer.length == 0 && token.code.length > 0;
        return success && (isSilent || (answer.length == 32 && uint256(bytes32(answer)) == 1));
    }

    /// The vault would hold what is nobody's.
    function _checkReceiver(address receiver) internal view {
        require(receiver != address(0) && receiver != address(this), ReceiverInvalid(receiver));
    }

    /* CLAIM */

    function _addClaim(address owner, address token, uint256 amount) private {
        claimOf[owner][token] += amount;
        claims[token] += amount;
        emit ClaimAdded(owner, token, amount);
    }

    /// @inheritdoc IVault
    function claim(address token, address receiver) external nonReentrant returns (uint256 amount) {
        _checkReceiver(receiver);
        amount = claimOf[msg.sender][token];
        require(amount > 0, ClaimMissing(msg.sender, token));

        claimOf[msg.sender][token] = 0;
        claims[token] -= amount;
        emit Claimed(msg.sender, token, amount);

        IERC20(token).safeTransfer(receiver, amount);
    }
}
