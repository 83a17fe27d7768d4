// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Mandate} from "./Mandate.sol";
import {Vault} from "./Vault.sol";
import {IMintableToken, StageToken} from "./VaultStage.t.sol";
import {
    AttackerHandler,
    DepositorHandler,
    GovernanceHandler,
    Handler,
    KeeperHandler,
    MarketHandler
} from "./VaultHandlers.t.sol";
import {VaultWorld} from "./VaultWorld.t.sol";

// One world per contract, calm or stormy, with one position or three, in units from whole to 1e-24. VaultWorld checks
// every step of every handler for VLT-1, 2, 3 and 5 and for transitions that must never happen; the invariants here are
// what must hold between steps, and at the end of each run everybody leaves. 18 campaigns of 32 runs of 140 calls.

// The runner knows a target's functions only when its contract is in this file.
contract DepositorCalls is DepositorHandler {
    constructor(VaultWorld world_) DepositorHandler(world_) {}
}

contract KeeperCalls is KeeperHandler {
    constructor(VaultWorld world_) KeeperHandler(world_) {}
}

contract AttackerCalls is AttackerHandler {
    constructor(VaultWorld world_) AttackerHandler(world_) {}
}

contract GovernanceCalls is GovernanceHandler {
    constructor(VaultWorld world_) GovernanceHandler(world_) {}
}

contract MarketCalls is MarketHandler {
    constructor(VaultWorld world_) MarketHandler(world_) {}
}

abstract contract VaultInvariants is Test {
    uint256 private constant BPS = 1e4;
    uint256 private constant EXIT_SPREAD_BPS = 40;
    uint256 private constant SLIPPAGE_BPS = 60;

    VaultWorld private world;
    Vault private vault;
    Mandate private mandate;
    IMintableToken private base;
    IMintableToken[] private tokens;

    function _world(bool isStormy, uint8 baseDecimals, uint8[] memory tokenDecimals) internal {
        world = new VaultWorld(isStormy, baseDecimals, tokenDecimals);
        (vault, mandate,,) = world.contractsOf();
        (base, tokens) = world.tokensOf();
        _target(new DepositorCalls(world));
        _target(new KeeperCalls(world));
        _target(new AttackerCalls(world));
        _target(new GovernanceCalls(world));
        _target(new MarketCalls(world));
    }

    function _target(Handler handler) private {
        targetContract(address(handler));
        targetSelector(FuzzSelector({addr: address(handler), selectors: handler.selectors()}));
    }

    function _decimals(uint8 a) internal pure returns (uint8[] memory list) {
        list = new uint8[](1);
        list[0] = a;
    }

    function _decimals(uint8 a, uint8 b, uint8 c) internal pure returns (uint8[] memory list) {
        list = new uint8[](3);
        (list[0], list[1], list[2]) = (a, b, c);
    }

    /* BETWEEN STEPS */

    function invariant_VLT1_NoConversionGivesMoreThanThereIs() public view {
        world.assertClaims();
        if (!world.isValued()) return;
        uint256 assets = vault.totalAssets();
        uint256 supply = vault.totalSupply();

        assertLe(vault.convertToAssets(supply), assets, "convertToAssets");
        assertLe(vault.previewRedeem(supply), assets, "previewRedeem");
        assertGe(vault.previewMint(supply), vault.previewRedeem(supply), "previewMint");
        assertGe(vault.convertToAssets(1e6) + 1, vault.previewRedeem(1e6), "spread");
        for (uint256 i; i < world.ownerCount(); ++i) {
            assertLe(vault.maxWithdraw(world.owners(i)), vault.idle(), "maxWithdraw");
        }
    }

    /// VLT-3 between fills: what is left of a budget is never more than the budget.
    function invariant_VLT3_BudgetsLeftAreWithinBudgets() public view {
        (uint256 turnoverE7, uint256 lossE7) = mandate.budgetsLeft(address(vault));

        assertLe(turnoverE7, uint256(mandate.params().turnoverBudgetBps) * 1e3, "turnover");
        assertLe(lossE7, uint256(mandate.params().lossBudgetBps) * 1e3, "loss");
    }

    /// VLT-5 before the fact: no quote is below the floor.
    function invariant_VLT5_QuotesStayAboveTheFloor() public view {
        for (uint256 i; i < tokens.length; ++i) {
            if (vault.openAuction(i).remaining == 0 || !world.isTradable(i)) continue;
            (,, uint256 maxAmount, int16 offBps) = vault.quoteFill(i, 0);
            assertGe(offBps, -int16(int256(SLIPPAGE_BPS)), "offset");
            if (vault.openAuction(i).remaining < 0) assertLe(maxAmount, vault.holding(i), "more than is held");
        }
    }

    /* AT THE END OF EACH RUN */

    function afterInvariant() public {
        address owner = _randomHolder();
        uint256 snapshot = vm.snapshotState();
        _assertReachesCash(owner);
        vm.revertToState(snapshot);
        _assertVLT4();
    }

    function _randomHolder() private view returns (address) {
        uint256 seed = uint256(keccak256(abi.encode(block.timestamp, vault.totalSupply())));
        for (uint256 i; i < world.ownerCount(); ++i) {
            address owner = world.owners((seed + i) % world.ownerCount());
            if (vault.balanceOf(owner) > 0) return owner;
        }
        return world.owners(0);
    }

    /// In no state can a depositor reach base cash neither now nor within one round, halts excepted.
    function _assertReachesCash(address owner) private {
        uint256 shares = vault.balanceOf(owner);
        if (shares == 0 || !world.isValued()) return;
        world.refreshPrices();
        if (vault.maxRedeem(owner) == shares) {
            vm.prank(owner);
            vault.redeem(shares, owner, owner);
            return;
        }

        uint256 claimed = vault.claimOf(owner, address(base));
        vm.prank(owner);
        uint256 id = vault.requestExit(shares, owner);
        skip(mandate.params().auctionLife + 1); // auctions of the round before are over
        world.refreshPrices();
        uint256 worth = vault.convertToAssets(shares);
        _tradeOneRound();
        vault.settleExits(type(uint256).max);

        assertEq(vault.exitRequest(id).shares, 0, "settled within one round");
        uint256 paid = vault.claimOf(owner, address(base)) - claimed;
        uint256 least = worth * (BPS - EXIT_SPREAD_BPS - SLIPPAGE_BPS) / BPS;
        assertGe(paid + 1, least, "at the price of that round");
    }

    /// A signal each, then whatever is due is filled at the worst price.
    function _tradeOneRound() private {
        for (uint256 i; i < tokens.length; ++i) {
            world.publish(i, -3 << 32);
            if (vault.isDue(i)) vault.open(i);
        }
        skip(mandate.params().auctionLife);
        world.refreshPrices();
        for (uint256 i; i < tokens.length; ++i) {
            if (vault.openAuction(i).remaining == 0) continue;
            (,, uint256 amount,) = vault.quoteFill(i, 0);
            if (amount == 0) continue;
            (uint256 baseAmount,,,) = vault.quoteFill(i, amount);
            bool isPurchase = vault.openAuction(i).remaining > 0;
            IMintableToken owed = isPurchase ? tokens[i] : base;
            owed.mint(address(this), isPurchase ? amount : baseAmount);
            owed.approve(address(vault), isPurchase ? amount : baseAmount);
            vault.fill(i, amount, baseAmount, "");
        }
    }

    /// Every market halted, every token broken: in-kind exit pays each its part, as tokens or as claims.
    function _assertVLT4() private {
        StageToken(address(base)).setBroken(block.timestamp % 2 == 0);
        for (uint256 i; i < tokens.length; ++i) {
            world.halt(i);
            StageToken(address(tokens[i])).setBroken((block.timestamp >> i) % 4 == 0);
        }
        for (uint256 i; i < world.ownerCount(); ++i) {
            _exitInKind(world.owners(i));
        }
        (,, uint256 pending) = vault.exitQueue();
        assertGe(vault.totalSupply(), pending, "VLT-4: only the queue and lost shares stay");
    }

    function _exitInKind(address owner) private {
        vault.accrue();
        uint256 shares = vault.balanceOf(owner);
        uint256 expected = Math.mulDiv(vault.idle(), shares, vault.totalSupply() + 1e6);
        uint256 had = base.balanceOf(owner) + vault.claimOf(owner, address(base));

        vm.prank(owner);
        uint256[] memory amounts = vault.exitInKind(shares, owner, owner);

        assertEq(amounts[0], expected, "VLT-4: its part");
        assertEq(base.balanceOf(owner) + vault.claimOf(owner, address(base)) - had, amounts[0], "VLT-4: paid");
        assertEq(vault.balanceOf(owner), 0, "VLT-4: all of it");
    }
}

/// hardhat-config: invariant.depth = 140
contract CalmVaultInvariants is VaultInvariants {
    function setUp() public {
        _world(false, 6, _decimals(18));
    }
}

/// hardhat-config: invariant.depth = 140
contract CalmVaultOfThreeInvariants is VaultInvariants {
    function setUp() public {
        _world(false, 18, _decimals(8, 18, 24));
    }
}

/// hardhat-config: invariant.depth = 140
contract StormyVaultInvariants is VaultInvariants {
    function setUp() public {
        _world(true, 6, _decimals(18));
    }
}

/// hardhat-config: invariant.depth = 140
contract StormyVaultOfThreeInvariants is VaultInvariants {
    function setUp() public {
        _world(true, 8, _decimals(0, 6, 18));
    }
}

/// hardhat-config: invariant.depth = 140
contract StormyVaultInWholeUnitsInvariants is VaultInvariants {
    function setUp() public {
        _world(true, 0, _decimals(18));
    }
}

/// hardhat-config: invariant.depth = 140
contract StormyVaultInFineUnitsInvariants is VaultInvariants {
    function setUp() public {
        _world(true, 24, _decimals(0));
    }
}
