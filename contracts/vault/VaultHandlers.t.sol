// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Test} from "forge-std/Test.sol";
import {IFillCallback} from "../interfaces/IAuction.sol";
import {Limit, MandateParams, ShareTerms} from "../interfaces/IMandate.sol";
import {ExitRequest, IVault} from "../interfaces/IVault.sol";
import {Mandate} from "./Mandate.sol";
import {Vault} from "./Vault.sol";
import {IMintableToken, StageToken} from "./VaultStage.t.sol";
import {VaultWorld} from "./VaultWorld.t.sol";

// Who does what in the vault's worlds. Each call does one thing that the views say is possible, or nothing: a call that
// reverts is a finding.

abstract contract Handler is Test {
    uint256 internal constant BPS = 1e4;

    VaultWorld internal immutable world;
    Vault internal immutable vault;
    Mandate internal immutable mandate;
    IMintableToken internal immutable base;
    uint256 internal immutable most; // base units that one call brings at most
    IMintableToken[] internal tokens;
    address[] internal owners;

    constructor(VaultWorld world_) {
        world = world_;
        (vault, mandate,,) = world_.contractsOf();
        (base, tokens) = world_.tokensOf();
        // Exit requests hold at most 2^128 shares together: 3e14 base assets of 18 decimals, but 3e8 of 24.
        most = Math.min(1e7 * 10 ** base.decimals(), 1e30);
        for (uint256 i; i < world_.ownerCount(); ++i) {
            owners.push(world_.owners(i));
        }
    }

    /// One step in which neither time passes nor a price moves.
    modifier step() {
        world.beforeStep();
        _;
        world.afterStep();
    }

    function selectors() external pure virtual returns (bytes4[] memory);

    function _owner(uint256 seed) internal view returns (address) {
        return owners[seed % owners.length];
    }

    function _position(uint256 seed) internal view returns (uint256) {
        return seed % tokens.length;
    }

    function _pay(IMintableToken token, address payer, uint256 amount) internal {
        token.mint(payer, amount);
        vm.prank(payer);
        token.approve(address(vault), amount);
    }

    function _maxEntry(address owner) internal view returns (uint256) {
        return Math.min(vault.maxDeposit(owner), most);
    }
}

/// In and out in every way there is.
abstract contract DepositorHandler is Handler {
    constructor(VaultWorld world_) Handler(world_) {}

    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](10);
        list[0] = this.deposit.selector;
        list[1] = this.depositWithPermit.selector;
        list[2] = this.mint.selector;
        list[3] = this.withdraw.selector;
        list[4] = this.redeem.selector;
        list[5] = this.requestExit.selector;
        list[6] = this.cancelExit.selector;
        list[7] = this.exitInKind.selector;
        list[8] = this.claim.selector;
        list[9] = this.transfer.selector;
    }

    function deposit(uint256 who, uint256 assets, bool isLimited) external step {
        address owner = _owner(who);
        uint256 maxAssets = _maxEntry(owner);
        if (maxAssets == 0) return;
        assets = _bound(assets, 0, maxAssets);
        uint256 expected = vault.previewDeposit(assets);
        _pay(base, owner, assets);

        vm.prank(owner);
        uint256 shares =
            isLimited ? vault.deposit(assets, owner, expected, block.timestamp) : vault.deposit(assets, owner);
        assertEq(shares, expected, "deposit as previewed");
    }

    /// With a permit of one's own, one that somebody else has sent already, or only an allowance.
    function depositWithPermit(uint256 who, uint256 assets, uint8 kind) external step {
        address owner = _owner(who);
        uint256 maxAssets = _maxEntry(owner);
        if (maxAssets == 0) return;
        assets = _bound(assets, 0, maxAssets);
        base.mint(owner, assets);
        (uint8 v, bytes32 r, bytes32 s) = _sign(who % owners.length, assets);
        if (kind % 3 == 1) StageToken(address(base)).permit(owner, address(vault), assets, block.timestamp, v, r, s);
        if (kind % 3 == 2) (v, r, s) = (0, 0, 0);
        vm.startPrank(owner);
        if (kind % 3 == 2) base.approve(address(vault), assets);

        vault.depositWithPermit(assets, owner, 0, block.timestamp, v, r, s);
        vm.stopPrank();
    }

    function _sign(uint256 index, uint256 assets) private view returns (uint8, bytes32, bytes32) {
        StageToken token = StageToken(address(base));
        bytes32 permitType =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        uint256 nonce = token.nonces(owners[index]);
        bytes32 message =
            keccak256(abi.encode(permitType, owners[index], address(vault), assets, nonce, block.timestamp));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), message));
        return vm.sign(world.ownerKey(index), digest);
    }

    function mint(uint256 who, uint256 shares) external step {
        address owner = _owner(who);
        uint256 maxAssets = _maxEntry(owner);
        if (maxAssets == 0) return;
        shares = _bound(shares, 0, Math.min(vault.maxMint(owner), vault.previewDeposit(maxAssets)));
        uint256 expected = vault.previewMint(shares);
        _pay(base, owner, expected);

        vm.prank(owner);
        assertEq(vault.mint(shares, owner), expected, "mint as previewed");
    }

    function withdraw(uint256 who, uint256 to, uint256 assets, bool bySpender) external step {
        address owner = _owner(who);
        uint256 maxAssets = vault.maxWithdraw(owner);
        assets = _bound(assets, 0, maxAssets);
        if (maxAssets == 0) return;
        uint256 expected = vault.previewWithdraw(assets);

        _actFor(owner, bySpender);
        assertEq(vault.withdraw(assets, _owner(to), owner), expected, "withdraw as previewed");
    }

    function redeem(uint256 who, uint256 to, uint256 shares, bool bySpender) external step {
        address owner = _owner(who);
        uint256 maxShares = vault.maxRedeem(owner);
        shares = _bound(shares, 0, maxShares);
        if (maxShares == 0) return;
        uint256 expected = vault.previewRedeem(shares);

        _actFor(owner, bySpender);
        uint256 paid = bySpender
            ? vault.redeem(shares, _owner(to), owner, expected, block.timestamp)
            : vault.redeem(shares, _owner(to), owner);
        assertEq(paid, expected, "redeem as previewed");
    }

    function requestExit(uint256 who, uint256 shares, bool bySpender) external step {
        address owner = _owner(who);
        uint256 balance = vault.balanceOf(owner);
        if (balance == 0) return;
        shares = shares % 2 == 0 ? balance : _bound(shares, 1, balance);

        _actFor(owner, bySpender);
        uint256 id = vault.requestExit(shares, owner);
        assertEq(vault.exitRequest(id).owner, owner, "who asked is paid");
    }

    function cancelExit(uint256 seed) external step {
        (uint256 head, uint256 tail,) = vault.exitQueue();
        if (head == tail) return;
        uint256 id = _bound(seed, head, tail - 1);
        ExitRequest memory request = vault.exitRequest(id);
        if (request.shares == 0) return;

        uint256 cancellableAt = request.requestedAt + mandate.params().maxPriceAge + 1;
        bool isBinding = world.isValued() && block.timestamp < cancellableAt;
        if (isBinding) {
            vm.expectRevert(abi.encodeWithSelector(IVault.ExitNotCancellable.selector, id, cancellableAt));
        }
        vm.prank(request.owner);
        vault.cancelExit(id);
    }

    /// Whatever fails to send becomes a claim.
    function exitInKind(uint256 who, uint256 to, uint256 shares, uint8 broken, bool bySpender) external step {
        address owner = _owner(who);
        shares = _bound(shares, 0, vault.balanceOf(owner));
        _break(broken);

        _actFor(owner, bySpender);
        vault.exitInKind(shares, _owner(to), owner);
        _break(0);
    }

    /// One bit a token, the base asset's first.
    function _break(uint8 broken) private {
        StageToken(address(base)).setBroken(broken & 1 > 0);
        for (uint256 i; i < tokens.length; ++i) {
            StageToken(address(tokens[i])).setBroken((broken >> (i + 1)) & 1 > 0);
        }
    }

    function claim(uint256 who, uint256 seed) external step {
        address owner = _owner(who);
        address token = seed % 2 == 0 ? address(base) : address(tokens[_position(seed / 2)]);
        uint256 owed = vault.claimOf(owner, token);
        if (owed == 0) return;

        vm.prank(owner);
        assertEq(vault.claim(token, owner), owed, "claims are paid in full");
    }

    function transfer(uint256 from, uint256 to, uint256 shares, bool bySpender) external step {
        address owner = _owner(from);
        shares = _bound(shares, 0, vault.balanceOf(owner));

        _actFor(owner, bySpender);
        if (bySpender) vault.transferFrom(owner, _owner(to), shares);
        else vault.transfer(_owner(to), shares);
    }

    /// The next call is the owner's, or that of somebody it has approved.
    function _actFor(address owner, bool bySpender) private {
        address spender = bySpender ? _owner(uint160(owner)) : owner;
        vm.prank(owner);
        vault.approve(spender, type(uint256).max);
        vm.prank(spender);
    }
}

/// Takes the vault's side first, tries everything it must not be able to do, then delivers.
contract CallbackKeeper is Test, IFillCallback {
    Vault private immutable vault;
    address private immutable victim; // has approved this keeper for all its shares

    constructor(Vault vault_, address victim_) {
        (vault, victim) = (vault_, victim_);
    }

    function fill(uint256 position, uint256 amount, uint256 limit) external returns (uint256) {
        return vault.fill(position, amount, limit, hex"01");
    }

    function onFill(address, uint256, address owedToken, uint256 owed, bytes calldata) external {
        assertEq(msg.sender, address(vault));
        _assertLocked();
        IMintableToken(owedToken).mint(address(vault), owed);
    }

    function _assertLocked() private {
        bytes[12] memory calls = [
            abi.encodeWithSignature("deposit(uint256,address)", 0, this),
            abi.encodeCall(vault.mint, (0, address(this))),
            abi.encodeCall(vault.withdraw, (0, address(this), victim)),
            abi.encodeWithSignature("redeem(uint256,address,address)", 0, this, victim),
            abi.encodeCall(vault.requestExit, (1, victim)),
            abi.encodeCall(vault.settleExits, (8)),
            abi.encodeCall(vault.exitInKind, (0, address(this), victim)),
            abi.encodeCall(vault.skim, (vault.asset())),
            abi.encodeCall(vault.accrue, ()),
            abi.encodeCall(vault.open, (0)),
            abi.encodeCall(vault.fill, (0, 1, 0, "")),
            abi.encodeCall(vault.totalAssets, ())
        ];
        for (uint256 i; i < calls.length; ++i) {
            (bool success,) = address(vault).call(calls[i]);
            assertFalse(success, "V4: open inside a fill");
        }
        assertEq(vault.maxDeposit(victim) + vault.maxRedeem(victim), 0, "V4: a maximum inside a fill");
    }
}

/// Calls everything that needs no permission.
abstract contract KeeperHandler is Handler {
    address private immutable keeper = makeAddr("keeper");
    CallbackKeeper private immutable callback;

    constructor(VaultWorld world_) Handler(world_) {
        callback = new CallbackKeeper(vault, owners[0]);
        vm.prank(owners[0]);
        vault.approve(address(callback), type(uint256).max);
    }

    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](7);
        list[0] = this.open.selector;
        list[1] = this.fill.selector;
        list[2] = this.fillByCallback.selector;
        list[3] = this.trade.selector;
        list[4] = this.settle.selector;
        list[5] = this.skim.selector;
        list[6] = this.accrue.selector;
    }

    function open(uint256 position) public {
        position = _position(position);
        if (!vault.isDue(position)) return;
        world.beforeStep();

        vault.open(position);
        world.afterStep();
    }

    function fill(uint256 position, uint256 part) public step {
        position = _position(position);
        (uint256 amount, uint256 baseAmount) = _choose(position, part);
        if (amount == 0) return;
        if (vault.openAuction(position).remaining > 0) _pay(tokens[position], keeper, amount);
        else _pay(base, keeper, baseAmount);

        vm.prank(keeper);
        assertEq(vault.fill(position, amount, baseAmount, ""), baseAmount, "fill as quoted");
    }

    function fillByCallback(uint256 position, uint256 part) external step {
        position = _position(position);
        (uint256 amount, uint256 baseAmount) = _choose(position, part);
        if (amount == 0) return;

        assertEq(callback.fill(position, amount, baseAmount), baseAmount, "fill as quoted");
    }

    /// What keepers do all day: a candle closes, what is due is opened and, some time later, filled.
    function trade(uint256 position, uint256 signal, uint256 wait, uint256 part) external {
        world.beforeStep();
        world.refreshPrices();
        world.publish(_position(position), -int64(uint64(_bound(signal, 0, 6 << 32))));
        world.afterMarket();

        open(position);
        world.beforeStep();
        skip(_bound(wait, 0, mandate.params().auctionLife));
        if (wait % 2 == 0) world.refreshPrices();
        world.afterMarket();

        fill(position, part);
    }

    /// The smallest, the largest or any amount between that can be filled now.
    function _choose(uint256 position, uint256 part) private view returns (uint256 amount, uint256 baseAmount) {
        if (vault.openAuction(position).remaining == 0 || !world.isTradable(position)) return (0, 0);
        (, uint256 minAmount, uint256 maxAmount,) = vault.quoteFill(position, 0);
        if (maxAmount == 0) return (0, 0);
        amount = part % 2 == 0 ? maxAmount : _bound(part, minAmount, maxAmount);
        (baseAmount,,,) = vault.quoteFill(position, amount);
    }

    function settle(uint256 count) external step {
        if (world.isValued()) vault.settleExits(_bound(count, 0, 20));
    }

    function skim(uint256 seed) external step {
        vault.skim(seed % 2 == 0 ? address(base) : address(tokens[_position(seed / 2)]));
    }

    function accrue() external step {
        vault.accrue();
    }
}

/// Tries to take what belongs to others.
abstract contract AttackerHandler is Handler {
    address private immutable attacker;

    constructor(VaultWorld world_) Handler(world_) {
        attacker = owners[3];
    }

    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](5);
        list[0] = this.donate.selector;
        list[1] = this.loseShares.selector;
        list[2] = this.referToItself.selector;
        list[3] = this.crumble.selector;
        list[4] = this.sandwich.selector;
    }

    function donate(uint256 amount, uint256 seed, bool isSkimmed) external step {
        IMintableToken token = seed % 2 == 0 ? base : tokens[_position(seed / 2)];
        token.mint(address(vault), _bound(amount, 0, 1e6 * 10 ** token.decimals()));
        if (isSkimmed) vault.skim(address(token));
    }

    /// Shares sent to the vault are nobody's, and not in its queue.
    function loseShares(uint256 shares) external step {
        shares = _bound(shares, 0, vault.balanceOf(attacker) / 1000);

        vm.prank(attacker);
        vault.transfer(address(vault), shares);
    }

    /// The vault as its own customer.
    function referToItself(uint8 kind) external step {
        bytes[4] memory calls = [
            abi.encodeCall(vault.exitInKind, (0, address(vault), attacker)),
            abi.encodeCall(vault.claim, (address(base), address(vault))),
            abi.encodeWithSignature("deposit(uint256,address)", 0, vault),
            abi.encodeWithSignature("redeem(uint256,address,address)", 0, vault, attacker)
        ];

        vm.prank(attacker);
        (bool success, bytes memory answer) = address(vault).call(calls[kind % 4]);
        assertFalse(success, "its own receiver");
        if (kind % 4 < 2) {
            assertEq(answer, abi.encodeWithSelector(IVault.ReceiverInvalid.selector, vault), "refused by name");
        }
    }

    /// V2: many operations of a few units each.
    function crumble(uint256 units, uint256 count) external step {
        units = _bound(units, 1, 10);
        count = _bound(count, 1, 20);
        if (_maxEntry(attacker) < units * count) return;
        _pay(base, attacker, units * count);

        vm.startPrank(attacker);
        for (uint256 i; i < count; ++i) {
            vault.deposit(units, attacker);
            uint256 shares = Math.min(vault.maxRedeem(attacker), vault.previewWithdraw(units));
            if (shares > 0) vault.redeem(shares, attacker, attacker);
        }
        vm.stopPrank();
    }

    /// V5: in, trade with the vault and out within one transaction. Its shares win no more than the premium paid to
    /// them and the spread that requests settled by the trade leave to all who stay.
    function sandwich(uint256 assets, uint256 position, uint256 part) external {
        position = _position(position);
        uint256 maxAssets = _maxEntry(attacker);
        bool isLive = vault.openAuction(position).remaining != 0 && world.isTradable(position);
        if (maxAssets == 0 || !isLive) return;
        assets = _bound(assets, 0, maxAssets);
        base.mint(attacker, assets);
        _accrue(); // it may be the fee recipient: what is due is its own already
        uint256 wealth = _wealth();

        uint256 shares = _enter(assets);
        uint256 premium = _trade(position, part);
        uint256 spread = world.spreadLeft();
        _leave(shares);

        assertLe(_wealth(), wealth + premium + spread + 3, "V5");
    }

    function _wealth() private view returns (uint256) {
        return base.balanceOf(attacker) + vault.convertToAssets(vault.balanceOf(attacker));
    }

    function _accrue() private step {
        vault.accrue();
    }

    function _enter(uint256 assets) private step returns (uint256 shares) {
        vm.startPrank(attacker);
        base.approve(address(vault), assets);
        shares = vault.deposit(assets, attacker);
        vm.stopPrank();
    }

    /// @return premium that the vault gains at most
    function _trade(uint256 position, uint256 part) private step returns (uint256 premium) {
        (, uint256 minAmount, uint256 maxAmount, int16 offBps) = vault.quoteFill(position, 0);
        if (maxAmount == 0) return 0;
        uint256 amount = _bound(part, minAmount, maxAmount);
        (uint256 baseAmount,,,) = vault.quoteFill(position, amount);
        address accomplice = owners[2];
        if (vault.openAuction(position).remaining > 0) _pay(tokens[position], accomplice, amount);
        else _pay(base, accomplice, baseAmount);

        vm.prank(accomplice);
        vault.fill(position, amount, baseAmount, "");
        if (offBps < 0) return 0;
        return Math.mulDiv(world.valueOf(position, amount), uint16(offBps), BPS, Math.Rounding.Ceil) + 1;
    }

    function _leave(uint256 shares) private step {
        shares = Math.min(shares, vault.maxRedeem(attacker));

        vm.prank(attacker);
        vault.redeem(shares, attacker, attacker);
    }
}

/// Curator, loosener and guardian, within what a mandate may ever allow.
abstract contract GovernanceHandler is Handler {
    constructor(VaultWorld world_) Handler(world_) {}

    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](7);
        list[0] = this.tighten.selector;
        list[1] = this.loosen.selector;
        list[2] = this.setCap.selector;
        list[3] = this.setDepositCap.selector;
        list[4] = this.setBand.selector;
        list[5] = this.setPause.selector;
        list[6] = this.setFeeRecipient.selector;
    }

    modifier governed() {
        world.beforeStep();
        vm.startPrank(address(world));
        _;
        vm.stopPrank();
        world.afterStep();
    }

    function tighten(uint8 limit, uint256 value) external governed {
        limit %= 7;
        (uint256 current,) = _limit(limit);
        if (current <= _least(limit)) return;
        mandate.tighten(Limit(limit), uint32(_bound(value, _least(limit), current - 1)));
    }

    /// Anyone may charge the lower fee before it rises, and somebody does.
    function loosen(uint8 limit, uint256 value) external governed {
        vault.accrue();
        limit %= 7;
        (uint256 current, uint256 greatest) = _limit(limit);
        if (current >= greatest) return;
        mandate.loosen(Limit(limit), uint32(_bound(value, current + 1, greatest)));
    }

    function _limit(uint8 limit) private view returns (uint256 current, uint256 greatest) {
        MandateParams memory params = mandate.params();
        ShareTerms memory terms = mandate.terms();
        uint256[7] memory values = [
            uint256(params.targetVolBps),
            params.maxSignalAge,
            params.maxDrawdownBps,
            params.lossBudgetBps,
            params.turnoverBudgetBps,
            terms.managementFeeBps,
            terms.performanceFeeBps
        ];
        uint256[7] memory bounds = [uint256(1e4), 30 days, 1e4, 1e3, 1e5, 500, 3000];
        return (values[limit], bounds[limit]);
    }

    /// Budgets seldom vanish whole, so that vaults go on trading.
    function _least(uint8 limit) private pure returns (uint256) {
        return limit == uint8(Limit.TurnoverBudget) ? 10 : 0;
    }

    function setCap(uint256 position, uint256 value) external governed {
        position = _position(position);
        uint16 current = mandate.capBps(position);
        uint16 value_ = uint16(_bound(value, 0, (BPS - mandate.params().cashFloorBps) / tokens.length));
        if (value_ < current) mandate.lowerCap(position, value_);
        if (value_ > current) mandate.raiseCap(position, value_);
    }

    function setDepositCap(uint256 value) external governed {
        uint128 current = mandate.terms().depositCap;
        uint128 value_ = uint128(_bound(value, most / 100, type(uint128).max));
        if (value_ < current) mandate.lowerDepositCap(value_);
        if (value_ > current) mandate.raiseDepositCap(value_);
    }

    function setBand(uint256 value) external governed {
        mandate.setBand(uint16(_bound(value, 1, 1000)));
    }

    function setPause(uint8 value) external governed {
        if (value % 4 == 0) mandate.pauseEntry();
        else mandate.resumeEntry();
    }

    /// The vault itself too: then the fees are nobody's.
    function setFeeRecipient(uint8 value) external governed {
        mandate.setFeeRecipient(value % 8 == 0 ? address(vault) : _owner(value));
    }
}

/// Prices, signals and time.
abstract contract MarketHandler is Handler {
    constructor(VaultWorld world_) Handler(world_) {}

    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](5);
        list[0] = this.wait.selector;
        list[1] = this.sleep.selector;
        list[2] = this.publish.selector;
        list[3] = this.move.selector;
        list[4] = this.halt.selector;
    }

    modifier market() {
        world.beforeStep();
        _;
        world.afterMarket();
    }

    /// Some minutes; the oracle goes on.
    function wait(uint256 time) external market {
        skip(_bound(time, 0, 15 minutes));
        world.refreshPrices();
    }

    /// Hours or weeks; in a storm the oracle may be silent for all of it, and longer.
    function sleep(uint256 time, uint8 silence) external market {
        skip(_bound(time, 1 hours, time % 8 == 0 ? 60 days : 2 days));
        if (!world.isStormy() || silence % 4 > 0) world.refreshPrices();
    }

    /// A candle closes; in a storm it may bring nonsense.
    function publish(uint256 position, int256 value) external market {
        position = _position(position);
        world.refreshPrices();
        bool isNonsense = world.isStormy() && uint256(value) % 16 == 0;
        world.publish(position, isNonsense ? int64(value) : int64(-_bound(value, 0, 6 << 32)));
    }

    function move(uint256 position, uint256 price) external market {
        position = _position(position);
        uint256 last = Math.min(world.priceOf(position), 1e20);
        uint256 lowest = price % 4 == 0 ? last / 10 : last * 95 / 100;
        uint256 highest = price % 4 == 0 ? last * 10 : last * 105 / 100;
        if (world.isStormy()) world.setPrice(position, uint128(_bound(price, Math.max(lowest, 1e6), highest + 1e6)));
    }

    /// Or worse: a price beyond all sense.
    function halt(uint256 position, uint8 kind) external market {
        if (!world.isStormy()) return;
        if (kind % 8 == 0) world.halt(_position(position));
        if (kind % 8 == 1) world.setPrice(_position(position), 1e30);
    }
}
