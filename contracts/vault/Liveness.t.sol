// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Limit} from "../interfaces/IMandate.sol";
import {StageToken, VaultStage} from "./VaultStage.t.sol";

// States in which somebody could have been kept from leaving, or made to pay, and the way out of each.
//
// a request larger than idle cash
// ├── given three positions and budgets that are used up: each sells its part, once, and the whole is paid
// ├── given three positions and signals that are too old: the same, at once
// ├── given budgets that are used up: the sale for it needs none
// └── given a token that cannot be divided: the last whole unit is sold too
// in-kind exit
// └── given a price beyond all sense: it is one more market without a price
// a fee that was lowered and raised again
// └── is never charged above what it was at the last accrual
contract LivenessTest is VaultStage {
    address private alice = makeAddr("alice");
    address private bob = makeAddr("bob");
    address private keeper = makeAddr("keeper");

    function _open(uint8[] memory tokenDecimals) private {
        address[] memory created = new address[](tokenDecimals.length);
        for (uint256 i; i < created.length; ++i) {
            created[i] = address(new StageToken(tokenDecimals[i]));
        }
        _stage(address(new StageToken(6)), created);
        _deposit(alice, 10_000_000e6);
        _deposit(bob, 10_000_000e6);
        _tradeOneRound(VOL_12_5); // three quarters are invested
    }

    function _one(uint8 a) private pure returns (uint8[] memory list) {
        list = new uint8[](1);
        list[0] = a;
    }

    function _three(uint8 a, uint8 b, uint8 c) private pure returns (uint8[] memory list) {
        list = new uint8[](3);
        (list[0], list[1], list[2]) = (a, b, c);
    }

    /// A round for each position; whatever is due is opened, then filled once, at the worst price.
    function _tradeOneRound(int64 signal) private {
        for (uint256 i; i < tokens.length; ++i) {
            _publish(i, signal);
        }
        _trade();
    }

    function _trade() private {
        skip(AUCTION_LIFE + 1);
        _refreshPrices();
        for (uint256 i; i < tokens.length; ++i) {
            if (vault.isDue(i)) vault.open(i);
        }
        skip(AUCTION_LIFE);
        _refreshPrices();
        for (uint256 i; i < tokens.length; ++i) {
            if (vault.openAuction(i).remaining == 0) continue;
            (,, uint256 amount,) = vault.quoteFill(i, 0);
            if (amount > 0) _fill(i, keeper, amount);
        }
    }

    function _requestHalf() private returns (uint256 id) {
        uint256 shares = vault.balanceOf(alice);
        vm.prank(alice);
        id = vault.requestExit(shares, alice);
        assertLt(vault.idle(), vault.convertToAssets(shares), "cash is short");
    }

    /// 10,000,000, less what the entry of bob left her, the exit spread and the sale at the worst price.
    function _assertPaid(uint256 id) private view {
        assertEq(vault.exitRequest(id).shares, 0, "settled whole");
        uint256 paid = vault.claimOf(alice, address(base));
        assertGt(paid, 10_000_000e6 * 985 / 1000, "paid");
        assertLt(paid, 10_000_000e6, "no gain");
    }

    function test_RequestedExit_IsPaidByThreePositionsWithinOneRound() public {
        _open(_three(8, 18, 24));
        mandate.tighten(Limit.TurnoverBudget, 0);
        mandate.tighten(Limit.LossBudget, 0);
        uint256 id = _requestHalf();

        _tradeOneRound(VOL_12_5);

        _assertPaid(id);
    }

    function test_RequestedExit_NeedsNoSignal() public {
        _open(_three(8, 18, 24));
        skip(MAX_SIGNAL_AGE);
        _refreshPrices();
        uint256 id = _requestHalf();

        _trade();

        _assertPaid(id);
    }

    function test_RequestedExit_NeedsNoBudget() public {
        _open(_one(18));
        mandate.tighten(Limit.TurnoverBudget, 0);
        mandate.tighten(Limit.LossBudget, 0);
        uint256 id = _requestHalf();

        _tradeOneRound(VOL_12_5);

        _assertPaid(id);
    }

    function test_RequestedExit_SellsTheLastWholeUnit() public {
        _open(_one(0));
        mandate.tighten(Limit.TurnoverBudget, 0);
        mandate.tighten(Limit.LossBudget, 0);
        uint256 id = _requestHalf();

        _tradeOneRound(VOL_12_5);

        _assertPaid(id);
    }

    function test_VLT4_ExitInKind_SurvivesAPriceBeyondAllSense() public {
        _open(_one(24));
        book.set(_market(0), type(uint128).max);
        uint256 shares = vault.balanceOf(alice);

        vm.prank(alice);
        vault.exitInKind(shares, alice, alice);

        assertGt(tokens[0].balanceOf(alice), 0);
        assertEq(vault.maxDeposit(bob), 0, "nobody enters");
        assertEq(vault.maxRedeem(bob), 0, "or leaves in cash");
    }

    function test_V9_LoweredAndRaisedFee_IsNeverAboveTheLastAccrual() public {
        _open(_one(18));
        vault.accrue();
        uint256 supply = vault.totalSupply();
        mandate.tighten(Limit.ManagementFee, 10);
        skip(36.5 days);
        mandate.loosen(Limit.ManagementFee, 500);

        vault.accrue();

        // 1 % a year for a tenth of a year: 0.1 % of all shares after it
        assertApproxEqRel(vault.totalSupply() - supply, supply / 999, 1e12);
    }

    function test_V9_LoweredFee_IsChargedFromTheLastAccrual() public {
        _open(_one(18));
        vault.accrue();
        uint256 supply = vault.totalSupply();
        skip(36.5 days);
        mandate.tighten(Limit.ManagementFee, 10);

        vault.accrue();

        // 0.1 % a year for a tenth of a year
        assertApproxEqRel(vault.totalSupply() - supply, supply / 9999, 1e12);
    }
}
